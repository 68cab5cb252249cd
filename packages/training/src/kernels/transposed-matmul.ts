import * as tf from '@tensorflow/tfjs-core';
import { wrapKernel } from './wrap-kernel.ts';

/**
 * Makes tfjs's WASM `BatchMatMul` transpose its operands before multiplying.
 *
 * tfjs's fast kernel supports only single, untransposed matrices. Anything else, including every gradient of a linear layer, is 13
 * times slower (`batch_mat_mul_impl.cc`; measured at 2048 x 384 x 1536). Transposing costs a tenth of the product. Calling this
 * twice has no effect.
 */
export function registerTransposedMatMul(): void {
  wrapKernel('BatchMatMul', (original) => (call) => {
    const { a, b } = call.inputs as { a: tf.Tensor; b: tf.Tensor };
    const { transposeA, transposeB } = call.attrs as unknown as { transposeA: boolean; transposeB: boolean };
    if ((!transposeA && !transposeB) || !isSingle(a) || !isSingle(b)) return original(call);
    const ownA = transposeA ? transpose(a) : a;
    const ownB = transposeB ? transpose(b) : b;
    const attrs = { transposeA: false, transposeB: false } as unknown as tf.NamedAttrMap;
    const product = original({ ...call, inputs: { a: ownA, b: ownB }, attrs });
    if (transposeA) tf.engine().disposeTensor(ownA);
    if (transposeB) tf.engine().disposeTensor(ownB);
    return product;
  });
}

function isSingle({ shape }: tf.TensorInfo): boolean {
  return shape.slice(0, -2).every((side) => side === 1);
}

/** Swaps the last two axes. */
function transpose(x: tf.Tensor): tf.Tensor {
  const last = x.shape.length - 1;
  const perm = [...x.shape.keys()].slice(0, -2).concat(last, last - 1);
  return tf.engine().runKernel<tf.Tensor>('Transpose', { x }, { perm });
}
