/** Matrix products of the encoder, each fused with what precedes it (LayerNorm) and follows it (bias, activation, residual). */
import type { Activation } from '@albert-web/core';
import { activationText } from '../../activation-text.ts';
import callText from '../call.wgsl';
import sizesText from '../sizes.wgsl';
import momentsText from '../moments.wgsl';
import type { Program } from '../program.ts';
import { constants } from '../program.ts';
import rowsNormalizedText from '../rows-normalized.wgsl';
import rowsPlainText from '../rows-plain.wgsl';
import blockOfBytesText from './block-of-bytes.wgsl';
import columnsGroupedText from './columns-grouped.wgsl';
import columnsText from './columns.wgsl';
import elementaryText from './elementary.wgsl';
import finishActivatedText from './finish-activated.wgsl';
import finishResidualText from './finish-residual.wgsl';
import inputBufferText from './input-buffer.wgsl';
import inputNormalizedText from './input-normalized.wgsl';
import inputTensorText from './input-tensor.wgsl';
import multiplyDot4Text from './multiply-dot4.wgsl';
import multiplyFloatText from './multiply-float.wgsl';
import tileText from './tile.wgsl';
import type { Tile } from './tiles.ts';
import { tileDepth } from './tiles.ts';
import { weightStorages, type WeightStorage } from './weight-storage.ts';
import weightsF16PackedText from './weights-f16-packed.wgsl';
import weightsF16Text from './weights-f16.wgsl';
import weightsF32Text from './weights-f32.wgsl';
import weightsQ4Text from './weights-q4.wgsl';
import weightsQ8Text from './weights-q8.wgsl';

/** What a product is fused with. Buffers are padded to whole vectors with zeros. */
export interface Matmul {
  /** `tensor`: a caller's unpadded tensor. `normalized`: rows whose pending LayerNorm is applied as they are read. */
  readonly input: 'tensor' | 'buffer' | 'normalized';
  /** `residual`: adds rows as they are. `residual-normalized`: adds rows after their LayerNorm. Both write moments. */
  readonly finish: Activation | 'linear' | 'residual' | 'residual-normalized';
}

/** Binding numbers of `@group(0)`. A product binds those that its input and finish need. */
export const matmulBindings = {
  call: 0,
  input: 1,
  weight: 2,
  columnVectors: 3,
  output: 4,
  rowMoments: 5,
  norm: 6,
  residual: 7,
  outputMoments: 8,
  sizes: 9,
} as const;

const weightTexts: Readonly<Record<WeightStorage, readonly string[]>> = {
  f32: [columnsText, weightsF32Text],
  f16: [columnsText, weightsF16Text],
  'f16-packed': [columnsText, weightsF16PackedText],
  q8: [columnsText, weightsQ8Text, blockOfBytesText],
  'q8-dot4': [columnsText, weightsQ8Text],
  q4: [columnsGroupedText, weightsQ4Text, blockOfBytesText],
  'q4-dot4': [columnsGroupedText, weightsQ4Text],
};
const multiplyTexts = { floats: multiplyFloatText, bytes: multiplyDot4Text };
const multipliesBytes = 'requires packed_4x8_integer_dot_product;';
const directives: Partial<Record<WeightStorage, string>> = {
  f16: 'enable f16;',
  'q8-dot4': multipliesBytes,
  'q4-dot4': multipliesBytes,
};
const inputTexts = { tensor: inputTensorText, buffer: inputBufferText, normalized: inputNormalizedText };

/** Returns the program for products of every size, for one weight storage and one tile. */
export function matmulProgram({ input, finish }: Matmul, storage: WeightStorage, tile: Tile): Program {
  const normalizes = input === 'normalized' || finish === 'residual-normalized';
  const header = constants({
    tileRows: tile.rows,
    tileColumns4: tile.columns / 4,
    tileDepth4: tileDepth(tile, storage) / 4,
    threadRows: tile.threadRows,
    threadColumns4: tile.threadColumns / 4,
    slices: tile.slices,
  });
  const texts = [
    directives[storage] ?? '',
    header,
    callText,
    sizesText,
    momentsText,
    normalizes ? rowsNormalizedText : rowsPlainText,
    inputTexts[input],
    ...finishTexts(finish),
    tileText,
    ...weightTexts[storage],
    multiplyTexts[weightStorages[storage].products],
  ];
  const readThrough: Program['bindings'] = normalizes
    ? { [matmulBindings.rowMoments]: 'read', [matmulBindings.norm]: 'read' }
    : {};
  const leaveMoments: Program['bindings'] = addsResidual(finish)
    ? { [matmulBindings.residual]: 'read', [matmulBindings.outputMoments]: 'write' }
    : {};
  return {
    name: `matmul ${input} ${finish} ${storage} ${tile.name}`,
    code: texts.join('\n'),
    bindings: {
      [matmulBindings.call]: 'uniform',
      [matmulBindings.sizes]: 'uniform',
      [matmulBindings.input]: 'read',
      [matmulBindings.weight]: 'read',
      [matmulBindings.columnVectors]: 'read',
      [matmulBindings.output]: 'write',
      ...readThrough,
      ...leaveMoments,
    },
    workgroups: ({ rows }, columns) => [Math.ceil(columns / tile.columns), Math.ceil(rows / tile.rows), 1],
  };
}

function addsResidual(finish: Matmul['finish']): finish is 'residual' | 'residual-normalized' {
  return finish === 'residual' || finish === 'residual-normalized';
}

function finishTexts(finish: Matmul['finish']): string[] {
  if (addsResidual(finish)) return [finishResidualText];
  const statements =
    finish === 'linear' ? 'return x;' : activationText(finish, (name, value) => `let ${name} = ${value};`);
  return [elementaryText, `fn activate(x: vec4f) -> vec4f {\n${statements}\n}`, finishActivatedText];
}
