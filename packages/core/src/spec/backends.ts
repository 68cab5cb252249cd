/** The backends that a model can run on. */
import type { Precision } from './precisions.ts';

/** What is known about a backend before it starts. */
interface BackendSpec {
  /** The name shown to people. */
  readonly label: string;
  /** The processor it computes on. A GPU needs a browser, or a package that provides WebGPU in Node. */
  readonly device: 'gpu' | 'cpu';
  /**
   * Precisions it can compute in, best first; a device may lack some. The values are the largest differences allowed between
   * its hidden states and the plain encoder's. Hidden states are about 1 in size, and random weights suffer more from rounding
   * than trained ones. Published in docs/features-and-tests.md, "Tolerances".
   */
  readonly precisions: Readonly<Partial<Record<Precision, number>>>;
  /** Whether TensorFlow.js has a backend of this name, for the plain model and for training. */
  readonly tfjs: boolean;
  /** Whether models can be trained on it. WebGL is excluded: phones round its gradients to 16 bits. */
  readonly trains: boolean;
}

/** Every backend, in the order in which they are tried. */
export const backends = {
  webgpu: { label: 'WebGPU', device: 'gpu', precisions: { f32: 1e-4, f16: 2e-2, q8: 0.3 }, tfjs: true, trains: true },
  webgl: { label: 'WebGL', device: 'gpu', precisions: { f32: 1e-4, f16: 2e-2 }, tfjs: true, trains: false },
  wasm: { label: 'WebAssembly', device: 'cpu', precisions: { f32: 2e-5, q8: 0.5 }, tfjs: true, trains: true },
  cpu: { label: 'JavaScript', device: 'cpu', precisions: { f32: 2e-5 }, tfjs: true, trains: true },
} as const satisfies Record<string, BackendSpec>;

/** The name of a backend. */
export type BackendName = keyof typeof backends;

/** Every backend, the preferred one first. */
export const backendNames = Object.keys(backends) as BackendName[];

/** A precision that a backend can compute in. */
export type PrecisionOf<Backend extends BackendName> = Backend extends BackendName
  ? keyof (typeof backends)[Backend]['precisions']
  : never;

/** Returns the precisions that a backend can compute in, best first. */
export function precisionsOf<Backend extends BackendName>(backend: Backend): readonly PrecisionOf<Backend>[] {
  return Object.keys(backends[backend].precisions) as PrecisionOf<Backend>[];
}

/** A backend that TensorFlow.js has too. */
export type TfjsBackendName = {
  [Name in BackendName]: (typeof backends)[Name]['tfjs'] extends true ? Name : never;
}[BackendName];

/** A backend that models can be trained on. */
export type TrainingBackend = {
  [Name in BackendName]: (typeof backends)[Name]['trains'] extends true ? Name : never;
}[BackendName];

/** Every backend that models can be trained on, the preferred one first. */
export const trainingBackends = backendNames.filter((name): name is TrainingBackend => backends[name].trains);
