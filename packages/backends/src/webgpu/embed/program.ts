/** Converts token ids to embeddings: gather, add and LayerNorm in one dispatch. */
import callText from '../call.wgsl';
import type { Program } from '../program.ts';
import { constants } from '../program.ts';
import sizesText from '../sizes.wgsl';
import embedText from './embed.wgsl';
import wordsF16Text from './words-f16.wgsl';
import wordsF32Text from './words-f32.wgsl';
import wordsQ4Text from './words-q4.wgsl';
import wordsQ8Text from './words-q8.wgsl';

/** The format of the word table in GPU memory; unpacking `f16` does not need `shader-f16`. */
export type TableStorage = 'f32' | 'f16' | 'q8' | 'q4';

/** Binding numbers. Only `q8` and `q4` have `scales`. */
export const embedBindings = {
  call: 0,
  tokens: 1,
  words: 2,
  positions: 3,
  output: 4,
  types: 5,
  norm: 6,
  scales: 7,
  sizes: 9,
} as const;

/** Threads per row: one vector each for embeddings 128 wide, as in every released ALBERT. */
const lanes = 32;
const tileRows = 4;

const wordTexts: Readonly<Record<TableStorage, { readonly text: string; readonly scaled: boolean }>> = {
  f32: { text: wordsF32Text, scaled: false },
  f16: { text: wordsF16Text, scaled: false },
  q8: { text: wordsQ8Text, scaled: true },
  q4: { text: wordsQ4Text, scaled: true },
};

/** Returns the program, which works for tables of every size; `Sizes.hidden` is the embedding size. */
export function embedProgram(storage: TableStorage): Program {
  const { text, scaled } = wordTexts[storage];
  const scales: Program['bindings'] = scaled ? { [embedBindings.scales]: 'read' } : {};
  return {
    name: `embed ${storage}`,
    code: [constants({ lanes, tileRows }), callText, sizesText, text, embedText].join('\n'),
    bindings: {
      [embedBindings.call]: 'uniform',
      [embedBindings.sizes]: 'uniform',
      [embedBindings.tokens]: 'read',
      [embedBindings.words]: 'read',
      [embedBindings.positions]: 'read',
      [embedBindings.types]: 'read',
      [embedBindings.norm]: 'read',
      [embedBindings.output]: 'write',
      ...scales,
    },
    workgroups: ({ rows }) => [Math.ceil(rows / tileRows), 1, 1],
  };
}
