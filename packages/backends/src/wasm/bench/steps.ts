/**
 * Times each step of a layer, and the inner loop by itself, to show where the time goes, and how close the products come to the
 * peak of their kernel. For the benchmark; no product module imports it.
 *
 * Every figure is the minimum of many short runs, so that a busy machine affects it little.
 */
import { headOf, type AlbertConfig, type WeightReader } from '@albert-web/core';
import { bytesOf, chooseSimd, codeNames, codes, offsetOf } from '@albert-web/kernels';
import { dots } from '../dot.ts';
import { createWasmExecutor, type WasmOptions } from '../index.ts';

/** Names of the steps, in the order of their codes. */
const stepNames = codeNames('Step');

type StepName = (typeof stepNames)[number];

export interface StepTime {
  readonly step: StepName;
  readonly milliseconds: number;
  /** Two operations per multiplication; 0 for steps that are not matrix products. */
  readonly gigaOperations: number;
}

/** Exports of the module, including one that `Kernels` leaves out. */
interface StepKernels {
  run(job: number): void;
  runStep(pass: number, thread: number, layer: number, step: number): void;
}

/** Times one layer step by step, on one thread, over `batch` sequences of `length` tokens. */
export async function measureSteps(
  config: AlbertConfig,
  weights: WeightReader,
  options: Omit<WasmOptions, 'threads'>,
  { batch, length, rounds }: { batch: number; length: number; rounds: number },
): Promise<StepTime[]> {
  const best = stepNames.map(() => Infinity);
  const executor = await withStepTimes(best, () =>
    createWasmExecutor(config, headOf(config), weights, { ...options, threads: 1 }),
  );
  const row = Array.from({ length }, (_, position) => position % config.vocab_size);
  const inputs = { inputIds: Array.from({ length: batch }, () => row) };
  try {
    for (let round = 0; round < rounds; round++) await executor.run(inputs, { depth: 1, head: false });
  } finally {
    executor.dispose();
  }
  const work = multiplications(config);
  return stepNames.map((step, index) => ({
    step,
    milliseconds: best[index] ?? NaN,
    gigaOperations: (2 * (work[step] ?? 0) * batch * length) / 1e9,
  }));
}

/** Returns the multiplications per token in each matrix product. */
function multiplications(config: AlbertConfig): Partial<Record<StepName, number>> {
  const { hidden_size: hidden, intermediate_size: intermediate } = config;
  return {
    queryKeyValue: 3 * hidden * hidden,
    attentionOutput: hidden * hidden,
    ffn: hidden * intermediate,
    ffnOutput: hidden * intermediate,
  };
}

/** Starts an executor whose module runs layers step by step and times each step. */
async function withStepTimes<T>(best: number[], start: () => Promise<T>): Promise<T> {
  const { instantiate } = WebAssembly;
  const timed = async (module: WebAssembly.Module, imports: { env: { memory: WebAssembly.Memory } }) => {
    const { exports } = await instantiate(module, imports);
    const kernels = exports as unknown as StepKernels;
    const run = (job: number): void => {
      const words = new Int32Array(imports.env.memory.buffer, job, bytesOf('Job') / 4);
      const [kind, pass, weights] = (['kind', 'pass', 'weights'] as const).map(
        (field) => words[offsetOf('Job', field) / 4] ?? NaN,
      ) as [number, number, number];
      if (kind !== codes.JobKind.runLayer) return kernels.run(job);
      for (let step = 0; step < best.length; step++) {
        const begin = performance.now();
        kernels.runStep(pass, 0, weights, step);
        best[step] = Math.min(best[step] ?? Infinity, performance.now() - begin);
      }
    };
    return { exports: { ...exports, run } };
  };
  WebAssembly.instantiate = timed as unknown as typeof instantiate;
  try {
    return await start();
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

/** Exports of assembly/testing.ts in `packages/kernels`. */
interface TestKernels {
  repeatTile(dot: number, rows: number, times: number, a: number, w: number, panels: number, out: number): void;
}

/**
 * Measures the inner loop alone, in 10^9 operations per second: the highest tile again and again, from the first-level cache.
 *
 * @param wasmFiles the folder of `testing-relaxed.wasm` and `testing-plain.wasm`.
 */
export async function measurePeak(wasmFiles: URL, precision: 'f32' | 'q8', rounds = 300): Promise<number> {
  const simd = chooseSimd();
  const response = await fetch(new URL(`testing-${simd}.wasm`, wasmFiles));
  const testBuild = await response.arrayBuffer();
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 16384 });
  const { instance } = await WebAssembly.instantiate(testBuild, { env: { memory } });
  const kernels = instance.exports as unknown as TestKernels;
  const panels = 96;
  const times = 200;
  let peak = 0;
  for (let round = 0; round < rounds; round++) {
    for (const { code: dot, tileRows: rows } of dots[precision][simd]) {
      const begin = performance.now();
      kernels.repeatTile(dot, rows, times, 65536, 131072, panels, 4096);
      const milliseconds = performance.now() - begin;
      if (milliseconds > 0) peak = Math.max(peak, (times * rows * 8 * panels * 8 * 2) / milliseconds / 1e6);
    }
  }
  return peak;
}
