/** TensorFlow's record format: length, masked CRC-32C, data, masked CRC-32C (tensorflow/core/lib/io/record_writer.h). */
import { allocate } from '@albert-web/errors';
import { maskedCrc32c } from '@albert-web/checkpoints';
import { TrainingDataError } from '../errors.ts';

/** Frames a record. */
export function frameRecord(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = allocate(Uint8Array, 16 + data.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, data.length, true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}

/** Far larger than our records. A greater length means that this is a different kind of file. */
const maxRecordBytes = 1 << 26;

/**
 * Reads the records of a file that arrives in chunks.
 *
 * @param file file name for error messages
 * @throws TrainingDataError for a wrong checksum or an incomplete record
 */
export async function* readRecords(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = allocate(Uint8Array, rest.length + chunk.length);
    bytes.set(rest);
    bytes.set(chunk, rest.length);
    const view = new DataView(bytes.buffer);
    let position = 0;
    while (position + 12 <= bytes.length) {
      const length = view.getUint32(position, true);
      const lengthIsRight = view.getUint32(position + 8, true) === maskedCrc32c(bytes.subarray(position, position + 8));
      if (!lengthIsRight || length > maxRecordBytes) throw broken(file, 'contains no TensorFlow records');
      if (position + 16 + length > bytes.length) break;
      const data = bytes.subarray(position + 12, position + 12 + length);
      if (view.getUint32(position + 12 + length, true) !== maskedCrc32c(data)) throw broken(file, 'is damaged');
      yield data;
      position += 16 + length;
    }
    rest = bytes.subarray(position);
  }
  if (rest.length > 0) throw broken(file, 'ends inside a record');
}

function broken(file: string, what: string): TrainingDataError {
  return new TrainingDataError({
    problem: `${file} ${what}`,
    expected: 'Expected a complete file from create-pretraining-data',
    remedy: 'Create it again',
  });
}
