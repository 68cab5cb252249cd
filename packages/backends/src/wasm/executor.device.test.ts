import { useBackendUnderTest } from '@albert-web/testing';
import { beforeAll } from 'vitest';
import { describeExecutor } from '../conformance.ts';
import { createWasmExecutor, hasRelaxedSimd } from './index.ts';

beforeAll(useBackendUnderTest);

/** Published: FEATURES.md, "Tolerances". */
const tolerance = 2e-5;

for (const simd of hasRelaxedSimd() ? (['relaxed', 'plain'] as const) : (['plain'] as const)) {
  describeExecutor(`f32, ${simd}, 1 thread`, {
    create: (config, weights) => createWasmExecutor(config, weights, { precision: 'f32', simd, threads: 1 }),
    tolerance,
  });
  describeExecutor(`q8, ${simd}, 1 thread`, {
    create: (config, weights) => createWasmExecutor(config, weights, { precision: 'q8', simd, threads: 1 }),
    tolerance: 0.5,
  });
  describeExecutor(`f32, ${simd}, 2 threads`, {
    create: (config, weights) => createWasmExecutor(config, weights, { precision: 'f32', simd, threads: 2 }),
    tolerance,
  });
}
