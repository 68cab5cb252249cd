/** How weights lie in GPU memory. */
import type { PrecisionOf, StoredFormat } from '@albert-web/core/spec';
import type { TableStorage } from '../embed/program.ts';

/** One way in which weights lie in GPU memory and are multiplied by. */
interface WeightStorageSpec {
  /** What the innermost loop multiplies. */
  readonly products: 'floats' | 'bytes';
}

/**
 * Every way: `f16-packed` is `f16` where the device has no `shader-f16`; `q8-dot4` and `q4-dot4` multiply the bytes of `q8`,
 * and the halves of bytes of `q4`, as integers.
 */
export const weightStorages = {
  f32: { products: 'floats' },
  f16: { products: 'floats' },
  'f16-packed': { products: 'floats' },
  q8: { products: 'floats' },
  'q8-dot4': { products: 'bytes' },
  q4: { products: 'floats' },
  'q4-dot4': { products: 'bytes' },
} as const satisfies Record<string, WeightStorageSpec>;

/** How weights lie in GPU memory and are multiplied by. */
export type WeightStorage = keyof typeof weightStorages;

/** What a precision means here. */
interface GpuPrecision {
  /** How a device keeps weights that are stored in a format. */
  readonly weights: (device: GPUDevice, storedAs: StoredFormat) => WeightStorage;
  /** How the word table is kept, unless it is stored in whole numbers. */
  readonly words: TableStorage;
}

/** Every precision of this backend. */
export const gpuPrecisions: Readonly<Record<PrecisionOf<'webgpu'>, GpuPrecision>> = {
  f32: { weights: () => 'f32', words: 'f32' },
  f16: { weights: ({ features }) => (features.has('shader-f16') ? 'f16' : 'f16-packed'), words: 'f16' },
  q8: {
    weights(device, storedAs) {
      const packed = storedAs === 'q4' ? 'q4' : 'q8';
      return multipliesBytes(device) ? `${packed}-dot4` : packed;
    },
    words: 'f16',
  },
};

/** Whether the device has an instruction for products of bytes. Apple's GPUs do not: there the language only imitates one. */
function multipliesBytes(device: GPUDevice): boolean {
  const language: WGSLLanguageFeatures | undefined = navigator.gpu.wgslLanguageFeatures;
  const { vendor } = (device.adapterInfo as GPUAdapterInfo | undefined) ?? {};
  return vendor !== 'apple' && (language?.has('packed_4x8_integer_dot_product') ?? false);
}
