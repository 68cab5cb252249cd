/** How weights are stored in GPU memory. */
import type { PrecisionOf, StoredFormat } from '@albert-web/core/spec';
import type { TableStorage } from '../embed/program.ts';

/** One way of storing weights in GPU memory and multiplying by them. */
interface WeightStorageSpec {
  /** The type that the innermost loop multiplies. */
  readonly products: 'floats' | 'bytes';
}

/**
 * Every storage. `f16-packed` is `f16` for devices without `shader-f16`. `q8-dot4` and `q4-dot4` multiply the bytes of `q8` and
 * the nibbles of `q4` as integers.
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

/** How weights are stored in GPU memory and multiplied. */
export type WeightStorage = keyof typeof weightStorages;

/** The storages of a precision. */
interface GpuPrecision {
  /** Returns how a device stores weights of a checkpoint's format. */
  readonly weights: (device: GPUDevice, storedAs: StoredFormat) => WeightStorage;
  /** How the word table is stored, unless the checkpoint has it quantized. */
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

/** Returns whether the device has an instruction for products of bytes. Apple's GPUs have none, and emulate it. */
function multipliesBytes(device: GPUDevice): boolean {
  const language: WGSLLanguageFeatures | undefined = navigator.gpu.wgslLanguageFeatures;
  const { vendor } = (device.adapterInfo as GPUAdapterInfo | undefined) ?? {};
  return vendor !== 'apple' && (language?.has('packed_4x8_integer_dot_product') ?? false);
}
