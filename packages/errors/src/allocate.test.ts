import { expect, it } from 'vitest';
import { allocate, allocateWith, OutOfMemoryError } from './index.ts';

it('creates arrays of zeros', () => {
  expect(allocate(Float32Array, 3)).toEqual(new Float32Array(3));
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
