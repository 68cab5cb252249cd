import { readFixture } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import { randomCheckpoint } from '../testing/checkpoints.ts';
import { parseSafetensors } from './parse.ts';
import { writeSafetensors } from './write.ts';
import { SafetensorsError } from '../errors.ts';

/** Makes a file with this header text and `dataBytes` bytes of data. */
function file(header: string, dataBytes = 0, headerLength = header.length): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + header.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(new TextEncoder().encode(header), 8);
  return bytes;
}

describe('parseSafetensors', () => {
  it('reads a file of the Python library', async () => {
    const { tensors, metadata } = parseSafetensors(await readFixture('models/default-sequence/model.safetensors'));
    expect(metadata).toEqual({ format: 'pt' });
    expect(tensors.get('classifier.bias')).toMatchObject({ dtype: 'F32', name: 'classifier.bias' });
    expect(tensors.get('albert.embeddings.word_embeddings.weight')?.shape).toHaveLength(2);
  });

  it('reads what was written, with every tensor aligned', () => {
    const checkpoint = randomCheckpoint({ 'a.half': [3, 5], b: [7], scalar: [], empty: [0, 4] });
    const bytes = writeSafetensors(checkpoint);
    const read = parseSafetensors(bytes);
    expect(read.tensors.size).toBe(4);
    for (const [name, tensor] of checkpoint.tensors) expect(read.tensors.get(name)).toEqual(tensor);
    for (const { bytes, dtype } of read.tensors.values()) expect(bytes.byteOffset % (dtype === 'F32' ? 4 : 2)).toBe(0);
    expect(read.metadata).toEqual({ format: 'pt' });
  });

  const tensor = (fields: object): string =>
    JSON.stringify({ t: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields } });
  it.each([
    ['nothing', new Uint8Array()],
    ['a header beyond the file', file('{}', 0, 3)],
    ['a header of 2^63 bytes', file('{}', 0, 2 ** 63)],
    ['invalid JSON', file('{"t":')],
    ['a list', file('[]')],
    ['a null tensor', file('{"t":null}')],
    ['an unknown dtype', file(tensor({ dtype: 'F8' }), 8)],
    ['a dtype from the prototype', file(tensor({ dtype: 'toString' }), 8)],
    ['a negative side', file(tensor({ shape: [-2] }), 8)],
    ['sides whose product overflows', file(tensor({ shape: [2 ** 52, 2 ** 52] }), 8)],
    ['a fractional offset', file(tensor({ data_offsets: [0.5, 8.5] }), 9)],
    ['a negative offset', file(tensor({ data_offsets: [-8, 0] }), 8)],
    ['offsets that run backwards', file(tensor({ data_offsets: [8, 0] }), 8)],
    ['offsets beyond the file', file(tensor({ data_offsets: [0, 8] }), 7)],
    ['a gap before', file(tensor({ data_offsets: [8, 16] }), 16)],
    ['bytes that belong to no tensor', file(tensor({}), 16)],
    [
      'overlapping tensors',
      file(
        '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}',
        6,
      ),
    ],
    ['a duplicate name', file(`${tensor({}).slice(0, -1)},${tensor({ data_offsets: [8, 16] }).slice(1)}`, 16)],
    ['metadata that is not text', file('{"__metadata__":{"a":1}}')],
    ['a header of nested lists', file(`{"t":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)],
  ])('rejects %s', (_, bytes) => {
    expect(() => parseSafetensors(bytes)).toThrow(SafetensorsError);
  });

  it.each(['F8_E4M3', 'F8_E5M2', 'U16', 'I16', 'F8_E8M0'])('explains what to save instead of %s', (dtype) => {
    expect(() => parseSafetensors(file(tensor({ dtype, data_offsets: [0, 2] }), 2))).toThrow(
      new RegExp(`has dtype ${dtype} for tensor "t"\\. Expected F64, F32.*bfloat16`, 'u'),
    );
    expect(() => parseSafetensors(file(tensor({ dtype: 'F7' }), 8))).toThrow(/unknown dtype "F7".*Download/u);
  });

  it('rejects a file truncated at any byte', () => {
    const bytes = writeSafetensors(randomCheckpoint({ a: [2, 2], 'b.half': [3] }));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => parseSafetensors(bytes.slice(0, length)), `${length} bytes`).toThrow(SafetensorsError);
    }
  });
});
