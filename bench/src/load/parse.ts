import { parseSafetensors, weightReader, type Checkpoint } from '@albert-web/checkpoints';
import { median } from '../measure/statistics.ts';

/** The speed of parsing a file compared with copying it once, in GB/s of the file's bytes; medians of interleaved rounds. */
export interface ParseReport {
  readonly bytes: number;
  /** From the file's bytes to every tensor as f32, checked to be finite. */
  readonly parseGBs: number;
  /** The same, with every tensor copied into one existing array, as into a module's memory. */
  readonly parseAndCopyGBs: number;
  /** One copy of all bytes into that array. */
  readonly copyGBs: number;
  /** SHA-256 of the bytes. */
  readonly sha256GBs: number;
  /** Milliseconds for the header alone. */
  readonly headerMs: number;
}

/** @param bytes a safetensors file of f32. */
export async function measureParse(bytes: Uint8Array<ArrayBuffer>, rounds = 9): Promise<ParseReport> {
  const times = {
    header: new Array<number>(),
    parse: new Array<number>(),
    parseAndCopy: new Array<number>(),
    copy: new Array<number>(),
    sha256: new Array<number>(),
  };
  const target = new Float32Array(bytes.length / 4);
  const targetBytes = new Uint8Array(target.buffer);
  const readInto = (checkpoint: Checkpoint): void => {
    let position = 0;
    for (const values of readAll(checkpoint)) {
      target.set(values, position);
      position += values.length;
    }
  };
  for (let round = 0; round < rounds; round++) {
    times.copy.push(await timed(() => targetBytes.set(bytes)));
    times.header.push(await timed(() => parseSafetensors(bytes)));
    times.parse.push(await timed(() => Array.from(readAll(parseSafetensors(bytes)))));
    times.parseAndCopy.push(await timed(() => readInto(parseSafetensors(bytes))));
    times.sha256.push(await timed(() => crypto.subtle.digest('SHA-256', bytes)));
  }
  const rate = (milliseconds: readonly number[]): number => bytes.length / median(milliseconds) / 1e6;
  return {
    bytes: bytes.length,
    parseGBs: rate(times.parse),
    parseAndCopyGBs: rate(times.parseAndCopy),
    copyGBs: rate(times.copy),
    sha256GBs: rate(times.sha256),
    headerMs: median(times.header),
  };
}

function* readAll(checkpoint: Checkpoint): Generator<Float32Array> {
  const reader = weightReader(checkpoint);
  for (const name of checkpoint.tensors.keys()) yield reader.float32(name);
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
