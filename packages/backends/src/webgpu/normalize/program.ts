/** Writes rows of a scratch buffer, after their LayerNorm, into a tensor of the caller. */
import callText from '../call.wgsl';
import sizesText from '../sizes.wgsl';
import momentsText from '../moments.wgsl';
import type { Program } from '../program.ts';
import { constants } from '../program.ts';
import rowsNormalizedText from '../rows-normalized.wgsl';
import rowsPlainText from '../rows-plain.wgsl';
import normalizeText from './normalize.wgsl';

/** Rows per workgroup, which share reads of the LayerNorm's weight and bias. */
const tileRows = 4;
const threads = 128;

/** Binding numbers, the same as in `matmulBindings`, because the shader text that normalizes is shared. */
export const normalizeBindings = { call: 0, input: 1, output: 4, rowMoments: 5, norm: 6, sizes: 9 } as const;

/** Returns the program. @param normalizes whether the rows have a pending LayerNorm, or are written as they are */
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
