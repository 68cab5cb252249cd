/**
 * Fuzzing of a parser: a valid file is mutated, and reading it must end within its budget, with a result or with one of this
 * project's named errors. `npm test` runs a few hundred mutations of each parser; `npm run fuzz` runs many and keeps a record.
 */
import { AlbertError } from '@albert-web/errors';
import { seededRandom } from '../numbers.ts';
import { mutateBytes } from './bytes.ts';
import type { FuzzTarget } from './target.ts';

/** What became of many mutations of one target. */
export interface FuzzResult {
  readonly target: string;
  readonly runs: number;
  /** Mutations that were still valid. */
  readonly accepted: number;
  /** Named errors by name. */
  readonly refused: Readonly<Record<string, number>>;
  /** The longest time that one input took of the CPU, in milliseconds. */
  readonly slowest: number;
  /** The most memory that one input was seen to take, in bytes. */
  readonly largest: number;
}

/** What reading one small, broken file may take: CPU time in milliseconds, memory in bytes. */
export const fuzzBudget = { time: 1000, memory: 64 << 20 } as const;

/** What is repeated within what is repeated may be a file for which the budget is too small. */
const maxFileBytes = 1 << 18;

/** @throws every error that is not a named error of this project, and for an input beyond the budget. */
export async function fuzz(target: FuzzTarget, runs: number, seed: number): Promise<FuzzResult> {
  const { name, read, structure } = target;
  const random = seededRandom(seed);
  const refused: Record<string, number> = {};
  const most = { accepted: 0, slowest: 0, largest: 0 };
  // The code is loaded and compiled by a valid input.
  await read(target.seed);
  for (let run = 0; run < runs; run++) {
    const structured = structure && run % 2 === 1 ? structure(target.seed, random) : undefined;
    const bytes = structured && structured.length <= maxFileBytes ? structured : mutateBytes(target.seed, random);
    const where = `${name}, mutation ${run} of seed ${seed}`;
    const before = { time: process.cpuUsage(), memory: heldBytes() };
    try {
      await read(bytes);
      most.accepted++;
    } catch (error) {
      if (!(error instanceof AlbertError)) throw new Error(where, { cause: error });
      refused[error.name] = (refused[error.name] ?? 0) + 1;
    }
    const { user, system } = process.cpuUsage(before.time);
    const time = (user + system) / 1000;
    const memory = heldBytes() - before.memory;
    if (time > fuzzBudget.time) throw new Error(`${where} took ${time} ms`);
    if (memory > fuzzBudget.memory) throw new Error(`${where} took ${memory} bytes`);
    most.slowest = Math.max(most.slowest, time);
    most.largest = Math.max(most.largest, memory);
  }
  return { target: name, runs, refused, ...most };
}

/** Of objects and of buffers, garbage included. */
function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
