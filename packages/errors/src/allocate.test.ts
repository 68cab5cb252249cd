import { expect, it } from 'vitest';
import { allocate, allocateWith, concatenate, copyOf, OutOfMemoryError } from './index.ts';

it('creates arrays of zeros', () => {
  expect(allocate(Float32Array, 3)).toEqual(new Float32Array(3));
});

it('copies arrays to memory of their own, also a Buffer, whose slice would not', () => {
  const floats = Float32Array.of(1, 2);
  const bytes = Buffer.from([9, 1, 2]).subarray(1);
  const copies = [copyOf(floats), copyOf(bytes)];
  floats.fill(7);
  bytes.fill(7);
  expect(copies).toEqual([Float32Array.of(1, 2), Uint8Array.of(1, 2)]);
  expect(copies.map(({ byteOffset }) => byteOffset)).toEqual([0, 0]);
});

it('joins arrays in their order, also none', () => {
  expect(concatenate(Float32Array, [Float32Array.of(1, 2), new Float32Array(), Float32Array.of(3)])).toEqual(
    Float32Array.of(1, 2, 3),
  );
  expect(concatenate(Uint8Array, [])).toEqual(new Uint8Array());
});

it('reports how much memory was needed, and what to do', () => {
  const tooMuch = () => allocate(Float64Array, 2 ** 50);
  expect(tooMuch).toThrow(OutOfMemoryError);
  expect(tooMuch).toThrow(`${2 ** 33} MiB more are needed. Use a smaller model, precision: 'q8'`);
});

it('keeps what the engine threw as the cause, whatever it is', () => {
  for (const cause of [new RangeError('Array buffer allocation failed'), 'out of memory']) {
    const failing = () =>
      allocateWith(1, () => {
        throw cause;
      });
    expect(failing).toThrow(expect.objectContaining({ name: 'OutOfMemoryError', cause }));
  }
});
