import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import { TrainingDataError } from '../errors.ts';
import { readExample, writeExample } from './example.ts';
import { frameRecord, readRecords } from './tf-record.ts';

const instance = { ids: [2, 14, 4, 3], typeIds: [0, 0, 1, 1], positions: [2], labels: [99], swapped: 1 as const };
const sizes = { maxSeqLength: 8, maxPredictions: 3 };
const written = writeExample(instance, sizes, () => false);

/** Serializes an Example with integer features, as another program might write it. */
function exampleOf(features: Readonly<Record<string, readonly number[]>>): Uint8Array {
  const writer = new PbfWriter();
  writer.writeMessage(
    1,
    (_, map) => {
      for (const [name, values] of Object.entries(features)) {
        map.writeMessage(
          1,
          (_, entry: PbfWriter) => {
            entry.writeStringField(1, name);
            entry.writeMessage(
              2,
              (_, feature: PbfWriter) => {
                feature.writeMessage(3, (_, list: PbfWriter) => list.writePackedVarint(1, [...values]), undefined);
              },
              undefined,
            );
          },
          undefined,
        );
      }
    },
    undefined,
  );
  return writer.finish();
}

const complete = {
  input_ids: [2, 3],
  input_mask: [1, 1],
  segment_ids: [0, 0],
  masked_lm_positions: [],
  masked_lm_ids: [],
  masked_lm_weights: [],
  next_sentence_labels: [0],
};

describe('tf.train.Example', () => {
  it('is read back without its padding', () => {
    expect(readExample(written, 'x')).toEqual(instance);
  });

  it('may have no masked tokens', () => {
    expect(readExample(exampleOf(complete), 'x')).toEqual({
      ids: [2, 3],
      typeIds: [0, 0],
      positions: [],
      labels: [],
      swapped: 0,
    });
  });

  const withoutTypes = Object.fromEntries(Object.entries(complete).filter(([name]) => name !== 'segment_ids'));
  it.each([
    ['text', new TextEncoder().encode('{"loss": 1}'), /A record of x is not a tf\.train\.Example/u],
    ['half of one', written.subarray(0, written.length >> 1), /A record of x/u],
    ['nothing', new Uint8Array(0), /has no "input_mask"/u],
    ['a missing feature', exampleOf(withoutTypes), /has no "segment_ids"/u],
    ['a short row', exampleOf({ ...complete, input_ids: [2] }), /has 1 values of "input_ids" instead of at least 2/u],
    ['no label', exampleOf({ ...complete, next_sentence_labels: [] }), /has 0 values of "next_sentence_labels"/u],
  ])('%s is a named error', (_, data, message) => {
    expect(() => readExample(data, 'x')).toThrow(TrainingDataError);
    expect(() => readExample(data, 'x')).toThrow(message);
  });
});

describe('TensorFlow records', () => {
  async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  }
  async function collect(bytes: Uint8Array, size: number): Promise<string[]> {
    const texts: string[] = [];
    for await (const record of readRecords(inChunks(bytes, size), 'x')) texts.push(new TextDecoder().decode(record));
    return texts;
  }
  const records = ['first', '', 'the third, longer one'];
  const file = Buffer.concat(records.map((text) => frameRecord(new TextEncoder().encode(text))));

  it.each([1, 7, 16, 1000])('are read correctly from chunks of %d bytes', async (size) => {
    expect(await collect(file, size)).toEqual(records);
  });

  it('are framed as in TensorFlow', () => {
    // Computed bit by bit from the CRC-32C polynomial in Python: the length, its checksum, "x", its checksum.
    const framed = Buffer.from(frameRecord(new TextEncoder().encode('x')));
    expect(framed.toString('hex')).toBe('01000000000000000175de4178503daa61');
  });

  it.each([
    ['a file cut short', file.subarray(0, file.length - 1), /x ends inside a record/u],
    ['a changed byte', Buffer.concat([file.subarray(0, 13), Buffer.from('?'), file.subarray(14)]), /x is damaged/u],
    ['text', Buffer.from('not records but a line of text\n'), /x contains no TensorFlow records/u],
  ])('%s is a named error', async (_, bytes, message) => {
    const failure = await collect(bytes, 5).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TrainingDataError);
    expect(String(failure)).toMatch(message);
  });
});
