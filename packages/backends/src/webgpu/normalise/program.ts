/** Leaves the executor: rows of a scratch buffer, through their LayerNorm, into a tensor of the caller. */
import callText from '../call.wgsl';
import sizesText from '../sizes.wgsl';
import momentsText from '../moments.wgsl';
import type { Program } from '../program.ts';
import { constants } from '../program.ts';
import rowsNormalisedText from '../rows-normalised.wgsl';
import rowsPlainText from '../rows-plain.wgsl';
import normaliseText from './normalise.wgsl';

/** Four rows share the reading of their LayerNorm's weight and bias. */
const tileRows = 4;
const threads = 128;

/** The same numbers as in `matmulBindings`, since the text that normalises is the same. */
export const normaliseBindings = { call: 0, input: 1, output: 4, rowMoments: 5, norm: 6, sizes: 9 } as const;

/** @param normalises whether the rows are yet to have their LayerNorm, or are written as they are. */
export function normaliseProgram(normalises: boolean): Program {
  const header = constants({ tileRows, threads });
  const readThrough: Program['bindings'] = normalises
    ? { [normaliseBindings.rowMoments]: 'read', [normaliseBindings.norm]: 'read' }
    : {};
  return {
    name: normalises ? 'normalise' : 'copy',
    code: [
      header,
      callText,
      sizesText,
      momentsText,
      normalises ? rowsNormalisedText : rowsPlainText,
      normaliseText,
    ].join('\n'),
    bindings: {
      [normaliseBindings.call]: 'uniform',
      [normaliseBindings.sizes]: 'uniform',
      [normaliseBindings.input]: 'read',
      [normaliseBindings.output]: 'write',
      ...readThrough,
    },
    workgroups: ({ rows }) => [Math.ceil(rows / tileRows), 1, 1],
  };
}
