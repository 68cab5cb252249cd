import { codes, type Heap, type Kernels } from '@albert-web/kernels';
import { expect, it, vi } from 'vitest';
import { chooseDot } from './dot.ts';

const heap = { allocate: () => 0, int8: () => new Int8Array(), free: () => undefined } as unknown as Heap;

/** Makes a machine on which one dot product takes five times as long as the others. */
function machine({ exact, slow }: { readonly exact: boolean; readonly slow: number }) {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const benchmarkTile = vi.fn((code: number, rows: number) => void (now += rows * (code === slow ? 5 : 1)));
  const isExact = (code: number): number => Number(exact && code === codes.Dot.fused);
  return { benchmarkTile, kernels: { benchmarkTile, isExact } as unknown as Kernels };
}

it("chooses the processor's own dot product, however slow it is before it is optimized", () => {
  const { kernels, benchmarkTile } = machine({ exact: true, slow: codes.Dot.fused });
  const dot = chooseDot('q8', 'relaxed', kernels, heap);
  expect(dot).toMatchObject({ code: codes.Dot.fused, sumsIn16Bits: false, levels: 255 });
  expect(benchmarkTile).not.toHaveBeenCalled();
});

it.each(['fused', 'split'] as const)('chooses the faster one if none is exact: not %s', (name) => {
  const slow = codes.Dot[name];
  const dot = chooseDot('q8', 'relaxed', machine({ exact: false, slow }).kernels, heap);
  expect(dot).toMatchObject({ sumsIn16Bits: true, levels: 128 });
  expect(dot.code).not.toBe(slow);
});
