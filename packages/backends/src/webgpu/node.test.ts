import { backends } from '@albert-web/core/spec';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeExecutor } from '../testing/encoder-conformance.ts';
import type { WebgpuDevice } from './device.ts';
import { registerDevice, requestDevice } from './device.ts';
import { createWebgpuExecutor } from './executor.ts';
import { nodeGpu } from './node.ts';

const gpu = await nodeGpu().catch(() => undefined);
const adapter = await gpu?.requestAdapter().catch(() => null);

/**
 * The same suite as in a browser, on any GPU that Node can use on this machine. Without a GPU it is skipped, unless Vulkan is
 * pointed to an emulated one: `VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json`.
 */
describe.skipIf(!adapter)('WebGPU executor in Node (needs the package webgpu and an adapter)', () => {
  let opened: WebgpuDevice;
  beforeAll(async () => {
    opened = await requestDevice({ gpu });
    await registerDevice(opened);
    await tf.setBackend('webgpu');
  });
  afterAll(() => opened.destroy());

  for (const precision of ['f32', 'f16', 'q8'] as const) {
    describeExecutor(precision, {
      create: (config, weights) => createWebgpuExecutor(config, weights, { precision }),
      tolerance: backends.webgpu.precisions[precision],
    });
  }
});
