import { backends } from '@albert-web/core/spec';
import { hasRelaxedSimd } from '@albert-web/kernels';
import { backendUnderTest } from '@albert-web/testing';
import { describe } from 'vitest';
import { describeModelExecutor } from '../testing/model-conformance.ts';
import { createWasmExecutor, type WasmOptions } from './index.ts';

// The module does not depend on tfjs's backend: it is tested once in Node and once in Chromium.
describe.runIf(['cpu', 'wasm'].includes(backendUnderTest()))('our module', () => {
  for (const simd of hasRelaxedSimd() ? (['relaxed', 'plain'] as const) : (['plain'] as const)) {
    for (const { precision, threads } of [
      { precision: 'f32', threads: 1 },
      { precision: 'f32', threads: 2 },
      { precision: 'q8', threads: 1 },
    ] as const satisfies WasmOptions[]) {
      describeModelExecutor(`${precision}, ${simd}, ${threads} threads`, {
        create: (config, head, weights) => createWasmExecutor(config, head, weights, { precision, simd, threads }),
        tolerance: backends.wasm.precisions[precision],
        headTolerance: backends.wasm.precisions[precision],
      });
    }
  }
});
