import { backendUnderTest, useBackendUnderTest } from '@albert-web/testing';
import { beforeAll } from 'vitest';
import { describeExecutor } from '../conformance.ts';
import { createWasmExecutor, hasRelaxedSimd } from './index.ts';

beforeAll(useBackendUnderTest);

/** Published: FEATURES.md, "Tolerances". */
const f32Tolerance = 2e-5;

/**
 * Of int8, on hidden states of size 1 of models with random weights, which are harder on it than trained ones: the default
 * model's sentence vectors keep a cosine of 0.9995 at worst.
 */
const q8Tolerance = 0.5;

// The module computes alike whatever tfjs runs on: on a GPU, one suite shows that its tensors are read and written.
const everyBuild = ['cpu', 'wasm'].includes(backendUnderTest());

for (const simd of hasRelaxedSimd() ? (['relaxed', 'plain'] as const) : (['plain'] as const)) {
  describeExecutor(`f32, ${simd}, 1 thread`, {
    create: (config, weights) => createWasmExecutor(config, weights, { precision: 'f32', simd, threads: 1 }),
    tolerance: f32Tolerance,
  });
  if (!everyBuild) break;
  describeExecutor(`f32, ${simd}, 2 threads`, {
    create: (config, weights) => createWasmExecutor(config, weights, { precision: 'f32', simd, threads: 2 }),
    tolerance: f32Tolerance,
  });
  describeExecutor(`q8, ${simd}, 1 thread`, {
    create: (config, weights) => createWasmExecutor(config, weights, { precision: 'q8', simd, threads: 1 }),
    tolerance: q8Tolerance,
  });
}
