/** Uploads a linear layer's weights as `linear/program.ts` reads them. */
import { allocate, concatenate } from '@albert-web/errors';
import type { WebglDevice } from '../device.ts';
import type { LayeredTexture } from '../panels.ts';
import { allocateTexture, texelsOf, uploadTexels } from '../panels.ts';

/** A weight in checkpoint layout, `[out, in]` row-major, and its bias `[out]`. */
export interface LinearWeights {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly input: number;
  readonly output: number;
}

/**
 * Uploads weights transposed to `[in, out]`. Row `k` is in layer `k % 4` at height `k / 4`, which keeps xxlarge's 16384 rows
 * within the GPU's largest texture. The bias is an extra row, so that a program has one texture less to bind.
 *
 * @throws WebglUnsupportedError
 */
export function uploadLinear(device: WebglDevice, { weight, bias, input, output }: LinearWeights): LayeredTexture {
  const width = texelsOf(output);
  const height = texelsOf(input) + 1;
  const texels = allocate(Float32Array, width * height * 4 * 4);
  const layerStride = width * height * 4;
  for (let column = 0; column < output; column++) {
    for (let row = 0; row < input; row++) {
      texels[(row & 3) * layerStride + (row >> 2) * width * 4 + column] = weight[column * input + row] ?? 0;
    }
  }
  texels.set(bias, (height - 1) * width * 4);
  const texture = allocateTexture(device, width, height, 4);
  uploadTexels(device, texture, texels);
  return texture;
}

/**
 * Pads every head to a whole number of texels: head `h` starts at column `h * 4 * ceil(size / 4)` and is followed by zeros.
 * Heads can then be split and merged without a pass of their own, by choosing the right column.
 *
 * @param side whether the heads are the weight's rows (query, key, value) or its columns (the output projection).
 */
export function padHeads(linear: LinearWeights, heads: number, side: 'output' | 'input'): LinearWeights {
  const size = linear[side] / heads;
  const padded = texelsOf(size) * 4;
  if (padded === size) return linear;
  const spread = (index: number): number => Math.floor(index / size) * padded + (index % size);
  const input = side === 'input' ? heads * padded : linear.input;
  const output = side === 'output' ? heads * padded : linear.output;
  const weight = allocate(Float32Array, input * output);
  const bias = allocate(Float32Array, output);
  for (let row = 0; row < linear.output; row++) {
    const newRow = side === 'output' ? spread(row) : row;
    bias[newRow] = linear.bias[row] ?? 0;
    for (let column = 0; column < linear.input; column++) {
      const newColumn = side === 'input' ? spread(column) : column;
      weight[newRow * input + newColumn] = linear.weight[row * linear.input + column] ?? 0;
    }
  }
  return { weight, bias, input, output };
}

/** Joins several projections of one input into a single one, with their outputs side by side. */
export function joinOutputs(parts: readonly LinearWeights[]): LinearWeights {
  return {
    weight: concatenate(
      Float32Array,
      parts.map(({ weight }) => weight),
    ),
    bias: concatenate(
      Float32Array,
      parts.map(({ bias }) => bias),
    ),
    input: parts[0]?.input ?? 0,
    output: parts.reduce((total, { output }) => total + output, 0),
  };
}
