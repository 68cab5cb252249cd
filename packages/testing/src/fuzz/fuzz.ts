/**
 * Fuzzes a parser: mutates a valid file, and expects reading it to end within a budget, with a result or with one of this project's
 * named errors. `npm test` runs a few hundred mutations of each parser; `npm run fuzz` runs many and writes a record.
 */
import { AlbertError } from '@albert-web/errors';
import { seededRandom } from '../numbers.ts';
import { mutateBytes } from './bytes.ts';
import type { FuzzTarget } from './target.ts';

/** The result of many mutations of one target. */
export interface FuzzResult {
  readonly target: string;
  readonly runs: number;
  /** Number of mutations that were still valid. */
  readonly accepted: number;
  /** Number of named errors, by name. */
  readonly refused: Readonly<Record<string, number>>;
  /** Maximum CPU time of one input, in milliseconds. */
  readonly slowest: number;
  /** Maximum observed memory of one input, in bytes. */
  readonly largest: number;
}

/** Budget for reading one small, broken file: CPU time in milliseconds, memory in bytes. */
export const fuzzBudget = { time: 1000, memory: 64 << 20 } as const;

/** Nested repetitions can produce larger files, for which the budget is too small. Those are not read. */
const maxFileBytes = 1 << 18;

/** Fuzzes a target. @throws any error that is not a named error of this project, and an Error if an input exceeds the budget */
export async function fuzz(target: FuzzTarget, runs: number, seed: number): Promise<FuzzResult> {
  const { name, read, structure } = target;
  const random = seededRandom(seed);
  const refused: Record<string, number> = {};
  const most = { accepted: 0, slowest: 0, largest: 0 };
  // Read a valid input first, so that the code is loaded and compiled.
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

/** Returns the bytes held by objects and buffers, including garbage. */
function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
