/** Leaves the executor: rows of a scratch buffer, through their LayerNorm, into a tensor of the caller. */
import callText from '../call.wgsl';
import sizesText from '../sizes.wgsl';
import momentsText from '../moments.wgsl';
import type { Program } from '../program.ts';
import { constants } from '../program.ts';
import rowsNormalizedText from '../rows-normalized.wgsl';
import rowsPlainText from '../rows-plain.wgsl';
import normalizeText from './normalize.wgsl';

/** Four rows share the reading of their LayerNorm's weight and bias. */
const tileRows = 4;
const threads = 128;

/** The same numbers as in `matmulBindings`, since the text that normalizes is the same. */
export const normalizeBindings = { call: 0, input: 1, output: 4, rowMoments: 5, norm: 6, sizes: 9 } as const;

/** @param normalizes whether the rows are yet to have their LayerNorm, or are written as they are. */
export function normalizeProgram(normalizes: boolean): Program {
  const header = constants({ tileRows, threads });
  const readThrough: Program['bindings'] = normalizes
    ? { [normalizeBindings.rowMoments]: 'read', [normalizeBindings.norm]: 'read' }
    : {};
  return {
    name: normalizes ? 'normalize' : 'copy',
    code: [
      header,
      callText,
      sizesText,
      momentsText,
      normalizes ? rowsNormalizedText : rowsPlainText,
      normalizeText,
    ].join('\n'),
    bindings: {
      [normalizeBindings.call]: 'uniform',
      [normalizeBindings.sizes]: 'uniform',
      [normalizeBindings.input]: 'read',
      [normalizeBindings.output]: 'write',
      ...readThrough,
    },
    workgroups: ({ rows }) => [Math.ceil(rows / tileRows), 1, 1],
  };
}
