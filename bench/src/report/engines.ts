/** Who computes in a measurement, and on what. */
import { backendNames, precisionsOf, type BackendName, type Precision } from '@albert-web/core/spec';

/** The backends of a page, in the order of its form. */
export const measuredBackends = backendNames.filter((name) => name !== 'cpu').toReversed();

/** What an engine can be measured on, from token ids to logits. */
export type Abilities = Readonly<Partial<Record<BackendName, readonly Precision[]>>>;

/** `albert-web` is ours; `tfjs` is the same model in plain tfjs ops on the same backend; transformers.js takes text alone. */
export const engines = {
  'albert-web': Object.fromEntries(measuredBackends.map((name) => [name, precisionsOf(name)])) as Abilities,
  tfjs: Object.fromEntries(measuredBackends.map((name) => [name, ['f32']])) as Abilities,
  'LiteRT.js': { wasm: ['f32', 'q8'], webgpu: ['f32'] },
  'onnxruntime-web': { wasm: ['f32', 'q8'], webgpu: ['f32', 'f16'] },
  'transformers.js': {},
} as const satisfies Record<string, Abilities>;

export type EngineName = keyof typeof engines;

export const engineNames = Object.keys(engines) as EngineName[];
