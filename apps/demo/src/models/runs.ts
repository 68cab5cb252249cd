/** Where the model runs, and why not elsewhere. */
import { backendNames, backends, precisions, type BackendName } from '@albert-web/core/spec';
import type { ModelInfo, Rejection } from 'albert-web';
import { find, make } from '../shared/dom.ts';
import { duration, megabytes } from '../shared/format.ts';
import type { ModelStore } from './model-store.ts';

/** Keeps the card up to date. */
export function startRuns(store: ModelStore): void {
  const facts = find('facts', HTMLElement);
  const list = find('backends', HTMLElement);
  store.subscribe((state) => {
    list.hidden = state.kind !== 'ready';
    if (state.kind !== 'ready') {
      showFacts(facts, [['Backend', state.kind === 'loading' ? 'being chosen' : 'none: no model is loaded']]);
      return;
    }
    const { info, loadTime } = state;
    showFacts(facts, [
      ['Backend', backends[info.backend].label],
      ['Device', info.device],
      ['Precision', precisions[info.precision].label],
      ['Threads', String(info.threads)],
      ['Model', shapeOf(info)],
      ['Memory', megabytes(info.memoryBytes)],
      ['Ready after', duration(loadTime)],
    ]);
    list.replaceChildren(
      ...backendNames.map((backend) => {
        const rejection = info.rejected.find((rejected) => rejected.backend === backend);
        return backendItem(backend, backend === info.backend, rejection);
      }),
      ...info.notes.map((note) => make('li', { className: 'note' }, note)),
    );
  });
}

function shapeOf({ config, maxLength }: ModelInfo): string {
  const { num_hidden_layers: layers, hidden_size: width, num_attention_heads: heads } = config;
  return `${layers} layers of ${width}, ${heads} heads, up to ${maxLength} tokens`;
}

function backendItem(backend: BackendName, chosen: boolean, rejection: Rejection | undefined): HTMLElement {
  const why = chosen ? 'in use' : (rejection?.why ?? 'not needed');
  const item = make('li', {}, make('strong', {}, backends[backend].label), make('span', {}, why));
  item.dataset['state'] = chosen ? 'chosen' : rejection ? 'rejected' : 'spare';
  return item;
}

function showFacts(list: HTMLElement, facts: readonly (readonly [name: string, value: string])[]): void {
  list.replaceChildren(...facts.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))));
}
