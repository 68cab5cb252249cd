/** What the runner measures, page by page. */
import { precisionsOf, type BackendName, type Precision } from '@albert-web/core/spec';
import type { ForwardPlan } from '../measure/forward.ts';
import type { LoadPlan } from '../measure/load.ts';
import type { EngineName } from '../report/engines.ts';
import type { Candidate } from '../report/report.ts';

/** The plan for one page: the number of threads and the headers cannot change while a page is open. */
export interface PagePlan {
  readonly isolated: boolean;
  readonly forward: ForwardPlan;
}

export interface PlanOptions {
  readonly peers: boolean;
  readonly quick: boolean;
  /** Which backends have a real GPU. Emulated ones get little work, because their times say nothing about real users. */
  readonly realGpu: Readonly<Record<'webgpu' | 'webgl', boolean>>;
  readonly cores: number;
}

/** A run in two halves, with the most important figures first. If time runs out, the end is left out. */
export interface RunPlan {
  readonly first: readonly PagePlan[];
  /** Pages that are measured after the sentence pairs. */
  readonly second: readonly PagePlan[];
}

const peersOnWasm = [
  ...theirs('onnxruntime-web', 'wasm', 'f32', 'q8'),
  ...theirs('LiteRT.js', 'wasm', 'f32', 'q8'),
  ...theirs('tfjs', 'wasm', 'f32'),
];

/** Plans the pages of a run. Our candidates come first: the others' logits are compared with those of the first. */
export function planPages({ peers, quick, realGpu, cores }: PlanOptions): RunPlan {
  const wasm = [...ours('wasm', 'f32', 'q8'), ...(peers ? [...peersOnWasm] : [])];
  const forward = (overrides: Partial<ForwardPlan>): ForwardPlan => ({
    shape: 'base',
    candidates: wasm,
    inputs: [{ batch: 1, length: 128 }],
    threads: 1,
    rounds: quick ? 5 : 11,
    budgetMs: quick ? 8000 : 14_000,
    parts: false,
    ...overrides,
  });
  const isolated = (overrides: Partial<ForwardPlan>): PagePlan => ({ isolated: true, forward: forward(overrides) });
  const gpu = [...gpuPages('webgl', 'mini'), ...gpuPages('webgpu', 'mini')];
  if (quick) return { first: [isolated({ parts: true })], second: gpu };
  const byLength = (...lengths: number[]): { batch: number; length: number }[] =>
    lengths.map((length) => ({ batch: 1, length }));
  return {
    first: [
      isolated({ inputs: byLength(8, 32, 64, 128, 256, 512), parts: true }),
      ...(cores > 1 ? [isolated({ threads: 2, inputs: byLength(64, 128, 512) })] : []),
      ...(realGpu.webgl ? [] : [isolated(webglTarget())]),
    ],
    second: [
      ...(realGpu.webgl || realGpu.webgpu ? gpu : []),
      isolated({ inputs: [4, 16].map((batch) => ({ batch, length: 32 })), budgetMs: 20_000 }),
      { isolated: false, forward: forward({}) },
      ...(realGpu.webgl || realGpu.webgpu ? [] : gpu),
    ],
  };

  function gpuPages(backend: 'webgl' | 'webgpu', emulated: ForwardPlan['shape']): PagePlan[] {
    const real = realGpu[backend];
    const precisions: Precision[] = backend === 'webgpu' && real ? [...precisionsOf('webgpu')] : ['f32'];
    const candidates = [
      ...ours(backend, ...precisions),
      ...(peers ? theirs('tfjs', backend, 'f32') : []),
      ...(peers && backend === 'webgpu'
        ? theirs('onnxruntime-web', backend, 'f32', ...(real ? (['f16'] as const) : []))
        : []),
    ];
    const inputs = real
      ? [
          ...[8, 32, 64, 128, 256, 512].map((length) => ({ batch: 1, length })),
          ...[8, 32].map((batch) => ({ batch, length: 128 })),
        ]
      : [{ batch: 1, length: 16 }];
    return [isolated({ shape: real ? 'base' : emulated, candidates, inputs, parts: real })];
  }

  /** The one emulated figure with a target: the base shape at length 64. */
  function webglTarget(): Partial<ForwardPlan> {
    const candidates = [...ours('webgl', 'f32'), ...(peers ? theirs('tfjs', 'webgl', 'f32') : [])];
    return { candidates, inputs: [{ batch: 1, length: 64 }], rounds: 3 };
  }
}

/** Returns the candidates for an end-to-end run. */
export function pairCandidates(peers: boolean): Candidate[] {
  return [...ours('wasm', 'q8'), ...(peers ? theirs('transformers.js', 'wasm', 'q8') : [])];
}

/** The plan for loading the default model until its first verdict. */
export const loadPlan: LoadPlan = { candidates: ours('wasm', 'q8'), threads: 1, rounds: 5 };

function ours(backend: BackendName, ...precisions: Precision[]): Candidate[] {
  return theirs('albert-web', backend, ...precisions);
}

function theirs(engine: EngineName, backend: BackendName, ...precisions: Precision[]): Candidate[] {
  return precisions.map((precision) => ({ engine, backend, precision }));
}
