import { backendUnderTest, useBackendUnderTest } from '@albert-web/testing';
import { beforeAll, describe, it } from 'vitest';
import { describeExecutor } from '../conformance.ts';
import { createWebgpuExecutor } from './executor.ts';

if (backendUnderTest() === 'webgpu') {
  beforeAll(useBackendUnderTest);
  describeExecutor('WebGPU, f32', {
    create: (config, weights) => createWebgpuExecutor(config, weights),
    tolerance: 1e-4,
  });
} else {
  describe('WebGPU', () => it.skip('needs the backend webgpu'));
}
