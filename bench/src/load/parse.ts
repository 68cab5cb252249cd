import { loadCheckpoint, openModel, parseSafetensors, weightReader } from '@albert-web/weights';
import { median } from './median.ts';

/** What parsing one file costs beside copying it once. */
export interface ParseReport {
  readonly bytes: number;
  /** GB/s from the file's bytes to every tensor as a fresh f32 array. */
  readonly parseAndCopyGBs: number;
  /** GB/s of a plain copy of the same bytes. */
  readonly copyGBs: number;
  /** Milliseconds for the header alone. */
  readonly headerMs: number;
}

/** Parses `bytes` and reads every tensor, interleaved with plain copies. */
export function measureParse(bytes: Uint8Array<ArrayBuffer>, rounds = 9): ParseReport {
  const times = { header: new Array<number>(), parse: new Array<number>(), copy: new Array<number>() };
  for (let round = 0; round < rounds; round++) {
    times.copy.push(timed(() => bytes.slice()));
    times.header.push(timed(() => parseSafetensors(bytes)));
    times.parse.push(
      timed(() => {
        const checkpoint = parseSafetensors(bytes);
        const reader = weightReader(checkpoint);
        for (const name of checkpoint.tensors.keys()) reader.float32(name);
      }),
    );
  }
  const rate = (milliseconds: number): number => bytes.length / milliseconds / 1e6;
  return {
    bytes: bytes.length,
    parseAndCopyGBs: rate(median(times.parse)),
    copyGBs: rate(median(times.copy)),
    headerMs: median(times.header),
  };
}

/**
 * Loads a model over HTTP and watches live memory: the largest growth over the weights' own bytes. Garbage is collected
 * before every look, since when an engine does so by itself depends on how much memory the machine has.
 */
export async function measurePeakMemory(
  url: string,
): Promise<{ readonly weights: number; readonly peakOverWeights: number }> {
  const files = await openModel(url, { cache: false });
  await collectGarbage();
  const before = memory();
  let peak = before;
  const watch = (): void => {
    globalThis.gc?.();
    peak = Math.max(peak, memory());
  };
  const { tensors } = await loadCheckpoint(files, { onProgress: watch });
  watch();
  const weights = [...tensors.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  return { weights, peakOverWeights: (peak - before) / weights };
}

/** Freed array buffers are returned only some turns after the collection that found them. Needs `--expose-gc`. */
async function collectGarbage(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Objects and array buffers, in bytes. */
function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
