/** Measures the tiles of a product against each other on the current GPU. */
import { BufferPool } from '../buffers.ts';
import { withGpuErrors } from '../device.ts';
import type { Kernel } from '../pipelines.ts';
import { scaleRows } from '../packing.ts';
import { bind, compile } from '../pipelines.ts';
import type { CallShape } from '../program.ts';
import { recordPass, recordTimedPasses } from '../recorder.ts';
import { momentGroups, packSizes, vectorsOf } from '../sizes.ts';
import { matmulBindings, matmulProgram } from './program.ts';
import type { TileQuestion } from './tile-choices.ts';
import type { Tile } from './tiles.ts';

/** GPU time to spend on one product: long enough for a clock of 0.1 ms, short enough to go unnoticed. */
const budgetMilliseconds = 40;
const maxRounds = 32;

/**
 * Returns the fastest of `tiles`, by the GPU's own clock if it has one. The tiles take turns, so that a change of clock rate
 * affects all of them.
 *
 * @throws GpuError
 */
export async function fastestTile(
  device: GPUDevice,
  question: TileQuestion,
  tiles: readonly Tile[],
): Promise<Tile | undefined> {
  const pool = new BufferPool(device);
  try {
    const kernels = await Promise.all(
      tiles.map((tile) => compile(device, matmulProgram(question, question.storage, tile))),
    );
    const candidates = await withGpuErrors(device, () => {
      const buffers = blankBuffers(pool, question);
      return kernels.map((kernel, index) => ({
        tile: tiles[index] as Tile,
        kernel,
        group: bind(device, kernel, buffers),
      }));
    });
    const measure = device.features.has('timestamp-query') ? byTimestamps : byWaiting;
    // The first round wakes the GPU up; its time determines how many more fit.
    const roundTime = Math.max(...(await measure(device, question, candidates, 1)), 0.01);
    const rounds = Math.min(maxRounds, Math.max(2, Math.floor(budgetMilliseconds / roundTime / tiles.length)));
    const times = await measure(device, question, candidates, rounds);
    return tiles[times.indexOf(Math.min(...times))];
  } finally {
    pool.dispose();
  }
}

interface Candidate {
  readonly tile: Tile;
  readonly kernel: Kernel;
  readonly group: GPUBindGroup;
}

/** Milliseconds of each candidate, summed over the rounds. */
type Measure = (
  device: GPUDevice,
  question: TileQuestion,
  candidates: readonly Candidate[],
  rounds: number,
) => Promise<number[]>;

const byTimestamps: Measure = async (device, question, candidates, rounds) => {
  const recorder = recordTimedPasses(device);
  try {
    for (let round = 0; round < rounds; round++) {
      for (const { tile, kernel, group } of candidates) {
        recorder.dispatch(tile.name, kernel, group, workgroupsOf(kernel, question));
      }
    }
    await withGpuErrors(device, () => device.queue.submit([recorder.finish()]));
    return (await recorder.times()).map(({ milliseconds }) => milliseconds);
  } finally {
    recorder.dispose();
  }
};

const byWaiting: Measure = async (device, question, candidates, rounds) => {
  const times: number[] = [];
  for (const { tile, kernel, group } of candidates) {
    const recorder = recordPass(device);
    for (let round = 0; round < rounds; round++) {
      recorder.dispatch(tile.name, kernel, group, workgroupsOf(kernel, question));
    }
    await device.queue.onSubmittedWorkDone();
    const start = performance.now();
    const submitted = withGpuErrors(device, () => device.queue.submit([recorder.finish()]));
    const done = device.queue.onSubmittedWorkDone().then(() => performance.now() - start);
    const [time] = await Promise.all([done, submitted]);
    times.push(time);
  }
  return times;
};

function workgroupsOf({ program }: Kernel, { rows, columns }: TileQuestion): readonly [number, number, number] {
  const call: CallShape = { batch: 1, length: rows, rows, stride: 1 };
  return program.workgroups(call, columns);
}

/** Makes buffers of the right sizes, all zeros: the time of a product does not depend on the numbers. */
function blankBuffers(pool: BufferPool, question: TileQuestion): Readonly<Record<number, GPUBuffer>> {
  const { rows, depth, columns, finish, storage } = question;
  const hidden = finish === 'residual' || finish === 'residual-normalized' ? columns : depth;
  const moments = 8 * rows * momentGroups(hidden);
  const blank = (bytes: number): GPUBuffer => pool.scratch('tuning', bytes);
  return {
    [matmulBindings.call]: pool.uniform('tuning', new Uint32Array([rows, rows, 1])),
    [matmulBindings.input]: blank(16 * rows * vectorsOf(depth)),
    [matmulBindings.weight]: blank(64 * vectorsOf(depth) * vectorsOf(columns)),
    [matmulBindings.columnVectors]: blank(16 * (1 + scaleRows(storage, depth)) * vectorsOf(columns)),
    [matmulBindings.output]: blank(16 * rows * vectorsOf(columns)),
    [matmulBindings.rowMoments]: blank(moments),
    [matmulBindings.norm]: blank(32 * vectorsOf(hidden)),
    [matmulBindings.residual]: blank(16 * rows * vectorsOf(hidden)),
    [matmulBindings.outputMoments]: blank(moments),
    [matmulBindings.sizes]: pool.uniform('tuning', packSizes({ depth, columns, hidden, epsilon: 1e-12 })),
  };
}
