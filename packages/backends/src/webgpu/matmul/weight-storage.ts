/** How weights lie in GPU memory. */
import type { Precision } from '@albert-web/core';

/**
 * How weights lie in GPU memory and are multiplied by: `f16-packed` is `f16` where the device has no `shader-f16`;
 * `q8-dot4` multiplies the bytes of `q8` as integers.
 */
export type WeightStorage = 'f32' | 'f16' | 'f16-packed' | 'q8' | 'q8-dot4';

/** How a device keeps weights of a precision. */
export function storageOf(precision: Precision, device: GPUDevice): WeightStorage {
  switch (precision) {
    case 'f32':
      return 'f32';
    case 'f16':
      return device.features.has('shader-f16') ? 'f16' : 'f16-packed';
    case 'q8': {
      const language: WGSLLanguageFeatures | undefined = navigator.gpu.wgslLanguageFeatures;
      // Apple's GPUs have no instruction for it: there the language only imitates one.
      const instruction = (device.adapterInfo as GPUAdapterInfo | undefined)?.vendor !== 'apple';
      return instruction && language?.has('packed_4x8_integer_dot_product') ? 'q8-dot4' : 'q8';
    }
  }
}
