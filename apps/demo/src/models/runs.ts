/** Where the model runs, and why not elsewhere. */
import type { ModelInfo, Rejection } from 'albert-web';
import { find, make } from '../shared/dom.ts';
import { duration, megabytes } from '../shared/format.ts';
import type { ModelStore } from './model-store.ts';

const backendNames = { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'WebAssembly', cpu: 'JavaScript' } as const;
const backendOrder = ['webgpu', 'webgl', 'wasm', 'cpu'] as const;
const precisionNames = { f32: '32-bit float', f16: '16-bit float', q8: '8-bit integer' } as const;

/** Keeps the card up to date. */
export function startRuns(store: ModelStore): void {
  const facts = find('facts', HTMLElement);
  const backends = find('backends', HTMLElement);
  store.subscribe((state) => {
    backends.hidden = state.kind !== 'ready';
    if (state.kind !== 'ready') {
      showFacts(facts, [['Backend', state.kind === 'loading' ? 'being chosen' : 'none: no model is loaded']]);
      return;
    }
    const { info, loadTime } = state;
    showFacts(facts, [
      ['Backend', backendNames[info.backend]],
      ['Device', info.device],
      ['Precision', precisionNames[info.precision]],
      ['Threads', String(info.threads)],
      ['Model', shapeOf(info)],
      ['Memory', memoryOf(info)],
      ['Ready after', duration(loadTime)],
    ]);
    backends.replaceChildren(
      ...backendOrder.map((backend) => {
        const rejection = info.rejected.find((rejected) => rejected.backend === backend);
        return backendItem(backend, backend === info.backend, rejection);
      }),
      ...info.notes.map((note) => make('li', { className: 'note' }, note)),
    );
  });
}

function memoryOf({ memory: { encoderBytes, totalBytes } }: ModelInfo): string {
  return `${megabytes(totalBytes)}, the encoder ${megabytes(encoderBytes)}`;
}

function shapeOf({ config, maxLength }: ModelInfo): string {
  const { num_hidden_layers: layers, hidden_size: width, num_attention_heads: heads } = config;
  return `${layers} layers of ${width}, ${heads} heads, up to ${maxLength} tokens`;
}

function backendItem(
  backend: keyof typeof backendNames,
  chosen: boolean,
  rejection: Rejection | undefined,
): HTMLElement {
  const why = chosen ? 'in use' : (rejection?.why ?? 'not needed');
  const item = make('li', {}, make('strong', {}, backendNames[backend]), make('span', {}, why));
  item.dataset['state'] = chosen ? 'chosen' : rejection ? 'rejected' : 'spare';
  return item;
}

function showFacts(list: HTMLElement, facts: readonly (readonly [name: string, value: string])[]): void {
  list.replaceChildren(...facts.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))));
}
