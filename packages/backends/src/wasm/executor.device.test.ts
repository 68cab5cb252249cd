import { hasRelaxedSimd } from '@albert-web/kernels';
import { backendUnderTest, useBackendUnderTest } from '@albert-web/testing';
import { beforeAll } from 'vitest';
import { describeExecutor } from '../conformance.ts';
import { tolerances } from '../reference/tolerances.ts';
import { createWasmExecutor } from './index.ts';

beforeAll(useBackendUnderTest);

// The module computes alike whatever tfjs runs on: on a GPU, one suite shows that its tensors are read and written.
const everyBuild = ['cpu', 'wasm'].includes(backendUnderTest());

for (const simd of hasRelaxedSimd() ? (['relaxed', 'plain'] as const) : (['plain'] as const)) {
  describeExecutor(`f32, ${simd}, 1 thread`, {
    create: (config, weights) => createWasmExecutor(config, weights, { precision: 'f32', simd, threads: 1 }),
    tolerance: tolerances.wasm.f32,
  });
  if (!everyBuild) break;
  describeExecutor(`f32, ${simd}, 2 threads`, {
    create: (config, weights) => createWasmExecutor(config, weights, { precision: 'f32', simd, threads: 2 }),
    tolerance: tolerances.wasm.f32,
  });
  describeExecutor(`q8, ${simd}, 1 thread`, {
    create: (config, weights) => createWasmExecutor(config, weights, { precision: 'q8', simd, threads: 1 }),
    tolerance: tolerances.wasm.q8,
  });
}
