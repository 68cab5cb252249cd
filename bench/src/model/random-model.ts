/** Models of the real shapes with random weights: the time does not depend on the values. */
import type { AlbertConfig } from '@albert-web/core';
import { modelWeights, type RawInputs } from '@albert-web/core';
import type { Checkpoint, StoredTensor } from '@albert-web/checkpoints';

/** Returns the same random weights in every page and every run. */
export function randomCheckpoint(config: AlbertConfig): Checkpoint {
  const random = xorshift(1);
  const tensors = modelWeights(config).map(({ name, shape }): StoredTensor => {
    const values = new Float32Array(shape.reduce((size, side) => size * side, 1));
    // Uniform with the standard deviation of the paper's initializer, 0.02, doubled so that q8 has outliers to keep.
    const center = /(LayerNorm|layer_norm)\.weight$/u.test(name) ? 1 : 0;
    for (let i = 0; i < values.length; i++) values[i] = center + (random() - 0.5) * 0.14;
    return { name, shape, dtype: 'F32', bytes: new Uint8Array(values.buffer) };
  });
  return { tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), metadata: {} };
}

/** Returns `batch` full rows of random tokens, without padding that an engine could skip. */
export function randomInputs(config: AlbertConfig, batch: number, length: number): RawInputs {
  const random = xorshift(batch * 1000 + length);
  return {
    inputIds: Array.from({ length: batch }, () =>
      Int32Array.from({ length }, () => 5 + Math.floor(random() * (config.vocab_size - 5))),
    ),
  };
}

/** Marsaglia's xorshift32, uniform in [0, 1). It is fast: xxlarge needs a quarter of a billion numbers. */
function xorshift(seed: number): () => number {
  let state = seed * 2654435761 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}
