/** Leaves the executor: rows of a scratch buffer, through their LayerNorm, into a tensor of the caller. */
import callText from '../call.wgsl';
import momentsText from '../moments.wgsl';
import type { Program } from '../program.ts';
import { constants, momentGroups, vectorsOf } from '../program.ts';
import rowsNormalisedText from '../rows-normalised.wgsl';
import rowsPlainText from '../rows-plain.wgsl';
import normaliseText from './normalise.wgsl';

/** Four rows share the reading of their LayerNorm's weight and bias. */
const tileRows = 4;
const threads = 128;

/** The same numbers as in `matmulBindings`, since the text that normalises is the same. */
export const normaliseBindings = { call: 0, input: 1, output: 4, rowMoments: 5, norm: 6 } as const;

/** @param epsilon `layer_norm_eps`, or undefined to write the rows as they are. */
export function normaliseProgram(name: string, hidden: number, epsilon: number | undefined): Program {
  const normalises = epsilon !== undefined;
  const header = constants({
    hidden,
    hidden4: vectorsOf(hidden),
    momentGroups: momentGroups(hidden),
    epsilon: { real: epsilon ?? 0 },
    tileRows,
    threads,
  });
  const readThrough: Program['bindings'] = normalises
    ? { [normaliseBindings.rowMoments]: 'read', [normaliseBindings.norm]: 'read' }
    : {};
  return {
    name,
    code: [header, callText, momentsText, normalises ? rowsNormalisedText : rowsPlainText, normaliseText].join('\n'),
    bindings: {
      [normaliseBindings.call]: 'call',
      [normaliseBindings.input]: 'read',
      [normaliseBindings.output]: 'write',
      ...readThrough,
    },
    workgroups: ({ rows }) => [Math.ceil(rows / tileRows), 1, 1],
  };
}
