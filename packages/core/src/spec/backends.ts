/** Where a model can run. */
import type { Precision } from './precisions.ts';

/** What is known of a backend before it starts. */
interface BackendSpec {
  /** Its name for people. */
  readonly label: string;
  /** The processor it computes on. A GPU needs a browser, or a package that brings one to Node. */
  readonly device: 'gpu' | 'cpu';
  /**
   * Arithmetic it can compute with, best first; a device may lack some. Each with the largest difference that hidden states
   * may have from the plain encoder's: their size is about 1, and models with random weights are harder on rounding than
   * trained ones. Published in docs/features-and-tests.md, "Tolerances".
   */
  readonly precisions: Readonly<Partial<Record<Precision, number>>>;
  /** Whether TensorFlow.js has a backend of this name, for the plain model and for training. */
  readonly tfjs: boolean;
  /** Whether models are trained there. WebGL is left out: phones round its gradients to 16 bits. */
  readonly trains: boolean;
}

/** Every backend, in the order in which they are tried. */
export const backends = {
  webgpu: { label: 'WebGPU', device: 'gpu', precisions: { f32: 1e-4, f16: 2e-2, q8: 0.3 }, tfjs: true, trains: true },
  webgl: { label: 'WebGL', device: 'gpu', precisions: { f32: 1e-4, f16: 2e-2 }, tfjs: true, trains: false },
  wasm: { label: 'WebAssembly', device: 'cpu', precisions: { f32: 2e-5, q8: 0.5 }, tfjs: true, trains: true },
  cpu: { label: 'JavaScript', device: 'cpu', precisions: { f32: 2e-5 }, tfjs: true, trains: true },
} as const satisfies Record<string, BackendSpec>;

/** Where an encoder runs. */
export type BackendName = keyof typeof backends;

/** Every backend, the preferred one first. */
export const backendNames = Object.keys(backends) as BackendName[];

/** Arithmetic that a backend can compute with. */
export type PrecisionOf<Backend extends BackendName> = Backend extends BackendName
  ? keyof (typeof backends)[Backend]['precisions']
  : never;

/** Arithmetic that a backend can compute with, best first. */
export function precisionsOf<Backend extends BackendName>(backend: Backend): readonly PrecisionOf<Backend>[] {
  return Object.keys(backends[backend].precisions) as PrecisionOf<Backend>[];
}

/** A backend of TensorFlow.js. */
export type TfjsBackendName = {
  [Name in BackendName]: (typeof backends)[Name]['tfjs'] extends true ? Name : never;
}[BackendName];

/** A backend that models are trained on. */
export type TrainingBackend = {
  [Name in BackendName]: (typeof backends)[Name]['trains'] extends true ? Name : never;
}[BackendName];

/** Every backend that models are trained on, the preferred one first. */
export const trainingBackends = backendNames.filter((name): name is TrainingBackend => backends[name].trains);
