import { readFixture, readFixtureJson } from '@albert-web/testing';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../checkpoint.ts';
import { toFloat32 } from '../dtype.ts';
import { readPytorch } from './read.ts';
import { ConvertError, UnsafePickleError } from '../errors.ts';

type Expected = Readonly<Record<string, { readonly shape: number[]; readonly values: number[] }>>;
const fixture = (file: string) => readFixture(`weights/pytorch/${file}`);
const expected = readFixtureJson<{ state: Expected; metadata: Expected }>('weights/pytorch/expected.json');

function plain({ tensors }: Checkpoint): Expected {
  return Object.fromEntries(
    [...tensors].map(([name, tensor]) => [name, { shape: [...tensor.shape], values: [...toFloat32(tensor)] }]),
  );
}

/** Makes a zip archive like PyTorch's, with this pickle and one storage of four f32. */
function archive(pickle: string): Uint8Array<ArrayBuffer> {
  const entries = {
    'archive/data.pkl': Uint8Array.from(pickle, (letter) => letter.charCodeAt(0)),
    'archive/data/0': new Uint8Array(16),
  };
  return Uint8Array.from(zipSync(entries, { level: 0 }));
}

const text = (value: string): string => `X${String.fromCharCode(value.length)}\0\0\0${value}`;
const storage = `(${text('storage')}ctorch\nFloatStorage\n${text('0')}${text('cpu')}K\x04tQ`;
const tensor = (offset: string, shape: string, strides: string): string =>
  `\x80\x02}${text('w')}ctorch._utils\n_rebuild_tensor_v2\n(${storage}${offset}${shape}${strides}\x89NtRs.`;

describe('readPytorch', () => {
  it.each(['zip.bin', 'legacy.bin', 'nested.pt'])('reads %s as PyTorch does', async (file) => {
    expect(plain(readPytorch(await fixture(file), file))).toEqual((await expected).state);
  });

  it('skips the metadata of a module', async () => {
    expect(plain(readPytorch(await fixture('with-metadata.pt')))).toEqual((await expected).metadata);
  });

  it('reads a handwritten pickle, from which the broken ones below differ in one thing', () => {
    expect(plain(readPytorch(archive(tensor('K\0', 'K\x02K\x02\x86', 'K\x02K\x01\x86'))))).toEqual({
      w: { shape: [2, 2], values: [0, 0, 0, 0] },
    });
  });

  it('rejects a whole module, which would require running code', async () => {
    const module = await fixture('module.pt');
    expect(() => readPytorch(module)).toThrow(UnsafePickleError);
  });

  it.each(['torch\nqint8', 'torch._utils\n_rebuild_qtensor', 'torchao.dtypes\nAffineQuantizedTensor'])(
    'rejects a quantized tensor, and recommends to quantize it here: %j',
    (name) => {
      expect(() => readPytorch(archive(`c${name}\n.`))).toThrow(/before it is quantized.*--to q8/su);
    },
  );

  it.each([
    ['os.system', `cos\nsystem\n(${text('true')}tR.`],
    ['a builtin', `\x80\x04\x8c\x08builtins\x8c\x04eval\x93(${text('1')}tR.`],
    ['a name from the prototype', `c__proto__\ntoString\n)R.`],
    ['the constructor of a storage', `ctorch\nFloatStorage\n)R.`],
    ['an instance (INST)', `(ios\nsystem\n.`],
    ['an object (NEWOBJ)', `ccollections\nOrderedDict\n)\x81.`],
  ])('rejects %s', (_, pickle) => {
    expect(() => readPytorch(archive(pickle))).toThrow(UnsafePickleError);
  });

  it.each([
    ['a tensor that reaches beyond its storage', tensor('K\x01', 'K\x02K\x02\x86', 'K\x02K\x01\x86')],
    ['a tensor of more numbers than its storage', tensor('K\0', 'K\x09K\x09\x86', 'K\0K\0\x86')],
    ['a negative offset', tensor('J\xff\xff\xff\xff', 'K\x02\x85', 'K\x01\x85')],
    ['a shape without strides', tensor('K\0', 'K\x02\x85', ')')],
    ['a shape of 2^60', tensor('K\0', '\x8a\x08\0\0\0\0\0\0\0\x10\x85', 'K\x01\x85')],
    [
      'a storage of unknown type',
      tensor('K\0', ')', ')').replace('FloatStorage', 'HalfStorage').replace('K\x04t', 'Nt'),
    ],
    ['a list that closes nothing', 'tt.'],
    ['an empty stack', '.'],
    ['a recall of nothing', 'h\x07.'],
    ['no end', '}'],
    ['a number', 'K\x01.'],
    ['no tensors', '}.'],
  ])('rejects %s', (_, pickle) => {
    expect(() => readPytorch(archive(pickle))).toThrow(ConvertError);
  });

  it('rejects compressed entries, which could be zip bombs', () => {
    const bomb = zipSync({ 'archive/data.pkl': new Uint8Array(50_000_000) }, { level: 9 });
    expect(() => readPytorch(Uint8Array.from(bomb))).toThrow(/compressed/u);
  });

  it.each(['zip.bin', 'legacy.bin'])('rejects %s truncated at any byte, or returns the right tensors', async (file) => {
    const bytes = await fixture(file);
    const whole = plain(readPytorch(bytes));
    for (let length = 0; length < bytes.length; length++) {
      try {
        expect(plain(readPytorch(bytes.slice(0, length)))).toEqual(whole);
      } catch (error) {
        expect(error, `${length} bytes`).toBeInstanceOf(ConvertError);
      }
    }
  });
});
