/**
 * Embeddings computed on the CPU, row by row, for inference.
 *
 * Factorized embeddings are 128 wide, so a sentence takes a few thousand additions, while the table makes up most of a
 * small ALBERT's bytes. Rows are looked up in place: the table is never unpacked, uploaded or copied.
 */
import type { AlbertConfig } from '../spec/index.ts';
import type { WeightReader } from '../weights/reader.ts';
import type { RawInputs } from '../inputs/inputs.ts';
import { embeddingWeights } from '../spec/index.ts';
import { checkWeights } from '../weights/checks.ts';

/** Embeds a checked batch: `[batch * length * embedding]` values, row-major, normalized. */
export type HostEmbeddings = (inputs: RawInputs) => Float32Array<ArrayBuffer>;

/** Creates the lookup for a model's weights. @throws MissingTensorError, TensorShapeError */
export function createHostEmbeddings(config: AlbertConfig, weights: WeightReader): HostEmbeddings {
  checkWeights(embeddingWeights(config), weights);
  const width = config.embedding_size;
  const [positions, types, scale, shift] = [
    'position_embeddings.weight',
    'token_type_embeddings.weight',
    'LayerNorm.weight',
    'LayerNorm.bias',
  ].map((name) => weights.float32(`embeddings.${name}`)) as [Float32Array, Float32Array, Float32Array, Float32Array];

  return ({ inputIds, tokenTypeIds, positionIds }) => {
    const length = inputIds[0]?.length ?? 0;
    const embedded = weights.rows(
      'embeddings.word_embeddings.weight',
      inputIds.flatMap((row) => Array.from(row)),
    );
    inputIds.forEach((_, row) => {
      for (let column = 0; column < length; column++) {
        const token = embedded.subarray((row * length + column) * width, (row * length + column + 1) * width);
        addRow(token, positions, positionIds?.[row]?.[column] ?? column);
        addRow(token, types, tokenTypeIds?.[row]?.[column] ?? 0);
        normalize(token, scale, shift, config.layer_norm_eps);
      }
    });
    return embedded;
  };
}

function addRow(token: Float32Array, table: Float32Array, row: number): void {
  const start = row * token.length;
  for (let i = 0; i < token.length; i++) token[i] = (token[i] ?? 0) + (table[start + i] ?? 0);
}

function normalize(token: Float32Array, scale: Float32Array, shift: Float32Array, epsilon: number): void {
  const size = token.length;
  let mean = 0;
  for (const value of token) mean += value;
  mean /= size;
  let variance = 0;
  for (const value of token) variance += (value - mean) ** 2;
  const inverse = 1 / Math.sqrt(variance / size + epsilon);
  for (let i = 0; i < size; i++) token[i] = ((token[i] ?? 0) - mean) * inverse * (scale[i] ?? 1) + (shift[i] ?? 0);
}
