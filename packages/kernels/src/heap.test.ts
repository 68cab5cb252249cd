import { expect, it } from 'vitest';
import { WasmMemoryError } from './errors.ts';
import { Heap } from './heap.ts';

const newHeap = (): Heap => new Heap(new WebAssembly.Memory({ initial: 1, maximum: 16 }), 100);

it('aligns blocks to cache lines and never lets two overlap', () => {
  const heap = newHeap();
  expect([heap.allocate(1), heap.allocate(64), heap.allocate(65), heap.allocate(0), heap.allocate(4)]).toEqual([
    128, 192, 256, 384, 448,
  ]);
});

it('reuses freed blocks, merged with their free neighbors', () => {
  const heap = newHeap();
  const [first, second, third] = [heap.allocate(64), heap.allocate(64), heap.allocate(64)];
  const last = heap.allocate(64);
  heap.free(first);
  heap.free(third);
  heap.free(second);
  expect(heap.allocate(192)).toBe(first);
  heap.free(first);
  expect(heap.allocate(64)).toBe(first);
  expect(heap.allocate(256)).toBe(last + 64);
  expect(heap.allocate(128)).toBe(second);
});

it('does not grow for what fits into freed blocks', () => {
  const heap = newHeap();
  for (let round = 0; round < 50; round++) heap.free(heap.allocate(50_000));
  expect(heap.bytes).toBe(65536);
  heap.allocate(70_000);
  expect(heap.bytes).toBe(131072);
});

it('throws a named error for what does not fit, and stays as it was', () => {
  const heap = newHeap();
  const first = heap.allocate(64);
  expect(() => heap.allocate(16 * 65536)).toThrow(WasmMemoryError);
  expect(() => heap.allocate(2 ** 40)).toThrow(/1048577 MiB of WebAssembly memory/u);
  expect(heap.bytes).toBe(65536);
  expect(heap.allocate(64)).toBe(first + 64);
});
