/** Shows where the model runs, and why not on other backends. */
import { backendNames, backends, precisions, type BackendName } from '@albert-web/core/spec';
import type { ModelInfo, Note, Rejection } from 'albert-web';
import { find, make } from '../shared/dom.ts';
import { duration, languageNames, megabytes } from '../shared/format.ts';
import { libraryWords, reasonText } from '../shared/problem.ts';
import { text } from '../strings/index.ts';
import type { ModelStore } from './model-store.ts';

/** Keeps the card up to date. */
export function startRuns(store: ModelStore): void {
  const facts = find('facts', HTMLElement);
  const list = find('backends', HTMLElement);
  store.subscribe((state) => {
    list.hidden = state.kind !== 'ready';
    const line = find('runs-line', HTMLElement);
    line.textContent = '';
    if (state.kind !== 'ready') {
      showFacts(facts, [[text.runs.backend, state.kind === 'loading' ? text.runs.choosing : text.runs.none]]);
      return;
    }
    const { info, loadTime } = state;
    const precision = text.precisionName(precisions[info.precision]);
    line.textContent = text.runs.line(backends[info.backend].label, precision, info.threads);
    showFacts(facts, [
      [text.runs.backend, backends[info.backend].label],
      [text.runs.device, info.device],
      [text.runs.precision, precision],
      [text.runs.threads, String(info.threads)],
      [text.runs.model, shapeOf(info)],
      [text.runs.languages, languagesOf(info)],
      [text.runs.memory, megabytes(info.memoryBytes)],
      [text.runs.ready, duration(loadTime)],
    ]);
    list.replaceChildren(
      ...backendNames.map((backend) => {
        const rejection = info.rejected.find((rejected) => rejected.backend === backend);
        return backendItem(backend, backend === info.backend, rejection);
      }),
      ...info.notes.map(({ reason, message }) => make('li', { className: 'note' }, said(reason, message))),
    );
  });
}

function languagesOf({ config: { language } }: ModelInfo): string {
  return language ? languageNames(language) : text.runs.unknownLanguages;
}

function shapeOf({ config, maxLength }: ModelInfo): string {
  const { num_hidden_layers: layers, hidden_size: width, num_attention_heads: heads } = config;
  return text.runs.shape(layers, width, heads, maxLength);
}

function backendItem(backend: BackendName, chosen: boolean, rejection: Rejection | undefined): HTMLElement {
  const why = chosen ? text.runs.inUse : rejection ? said(rejection.reason, rejection.why) : text.runs.notNeeded;
  const item = make('li', {}, make('strong', {}, backends[backend].label), make('span', {}, why));
  item.dataset['state'] = chosen ? 'chosen' : rejection ? 'rejected' : 'spare';
  return item;
}

/** Returns a reason in the page's language if it has a text for it. @param message the library's message */
function said(reason: Rejection['reason'] | Note['reason'], message: string): Node | string {
  return reasonText(reason) ?? libraryWords(message);
}

function showFacts(list: HTMLElement, facts: readonly (readonly [name: string, value: string])[]): void {
  list.replaceChildren(...facts.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))));
}
