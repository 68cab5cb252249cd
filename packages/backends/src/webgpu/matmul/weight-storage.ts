/** How weights lie in GPU memory. */
import type { PrecisionOf } from '@albert-web/core/spec';
import type { TableStorage } from '../embed/program.ts';

/**
 * How weights lie in GPU memory and are multiplied by: `f16-packed` is `f16` where the device has no `shader-f16`;
 * `q8-dot4` multiplies the bytes of `q8` as integers.
 */
export type WeightStorage = 'f32' | 'f16' | 'f16-packed' | 'q8' | 'q8-dot4';

/** What a precision means here. */
interface GpuPrecision {
  /** How a device keeps weights. */
  readonly weights: (device: GPUDevice) => WeightStorage;
  /** How the word table is kept, unless it is stored as int8. */
  readonly words: TableStorage;
  /** How the word table is kept if it is stored as weights of this precision usually are. */
  readonly defaultWords: TableStorage;
}

/** Every precision of this backend. */
export const gpuPrecisions: Readonly<Record<PrecisionOf<'webgpu'>, GpuPrecision>> = {
  f32: { weights: () => 'f32', words: 'f32', defaultWords: 'f32' },
  f16: {
    weights: ({ features }) => (features.has('shader-f16') ? 'f16' : 'f16-packed'),
    words: 'f16',
    defaultWords: 'f16',
  },
  q8: { weights: (device) => (multipliesBytes(device) ? 'q8-dot4' : 'q8'), words: 'f16', defaultWords: 'q8' },
};

/** Whether the device has an instruction for products of bytes. Apple's GPUs do not: there the language only imitates one. */
function multipliesBytes(device: GPUDevice): boolean {
  const language: WGSLLanguageFeatures | undefined = navigator.gpu.wgslLanguageFeatures;
  const { vendor } = (device.adapterInfo as GPUAdapterInfo | undefined) ?? {};
  return vendor !== 'apple' && (language?.has('packed_4x8_integer_dot_product') ?? false);
}
