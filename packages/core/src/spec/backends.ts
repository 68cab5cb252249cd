/** Where a model can run. */
import type { Precision } from './precisions.ts';

/** What is known of a backend before it starts. */
interface BackendSpec {
  /** Its name for people. */
  readonly label: string;
  /** The processor it computes on. A GPU needs a browser, or a package that brings one to Node. */
  readonly device: 'gpu' | 'cpu';
  /** Arithmetic there can be, best first; a device may have less. */
  readonly precisions: readonly Precision[];
  /** Whether models are trained there. WebGL is left out: phones round its gradients to 16 bits. */
  readonly trains: boolean;
}

/** Every backend, in the order in which they are tried. The names are tfjs's. */
export const backends = {
  webgpu: { label: 'WebGPU', device: 'gpu', precisions: ['f32', 'f16', 'q8'], trains: true },
  webgl: { label: 'WebGL', device: 'gpu', precisions: ['f32', 'f16'], trains: false },
  wasm: { label: 'WebAssembly', device: 'cpu', precisions: ['f32', 'q8'], trains: true },
  cpu: { label: 'JavaScript', device: 'cpu', precisions: ['f32'], trains: true },
} as const satisfies Record<string, BackendSpec>;

/** Where an encoder runs. */
export type BackendName = keyof typeof backends;

/** Every backend, the preferred one first. */
export const backendNames = Object.keys(backends) as BackendName[];

/** A backend that models are trained on. */
export type TrainingBackend = {
  [Name in BackendName]: (typeof backends)[Name]['trains'] extends true ? Name : never;
}[BackendName];

/** Every backend that models are trained on, the preferred one first. */
export const trainingBackends = backendNames.filter((name): name is TrainingBackend => backends[name].trains);
