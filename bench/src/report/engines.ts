/** The engines that are measured, and the backends and precisions that they run on. */
import { backendNames, precisionsOf, type BackendName, type Precision } from '@albert-web/core/spec';

/** The backends of a page, in the order of its form. */
export const measuredBackends = backendNames.filter((name) => name !== 'cpu').toReversed();

/** The backends and precisions on which an engine can be measured from token ids to logits. */
export type Abilities = Readonly<Partial<Record<BackendName, readonly Precision[]>>>;

interface Engine {
  /** Label in the page's form. */
  readonly label: string;
  readonly runs: Abilities;
}

/** `albert-web` is ours; `tfjs` is the same model in plain tfjs ops on the same backend; transformers.js accepts only text. */
export const engines = {
  'albert-web': { label: 'albert-web', runs: onEveryBackend(precisionsOf) },
  tfjs: { label: 'plain tfjs', runs: onEveryBackend(() => ['f32']) },
  'LiteRT.js': { label: 'LiteRT.js', runs: { wasm: ['f32', 'q8'], webgpu: ['f32'] } },
  'onnxruntime-web': { label: 'onnxruntime-web', runs: { wasm: ['f32', 'q8'], webgpu: ['f32', 'f16'] } },
  'transformers.js': { label: 'transformers.js, from text', runs: {} },
} as const satisfies Record<string, Engine>;

export type EngineName = keyof typeof engines;

export const engineNames = Object.keys(engines) as EngineName[];

/** Every engine but ours. */
export const peerNames = engineNames.filter((name) => name !== 'albert-web');

function onEveryBackend(precisions: (backend: BackendName) => readonly Precision[]): Abilities {
  return Object.fromEntries(measuredBackends.map((name) => [name, precisions(name)]));
}
