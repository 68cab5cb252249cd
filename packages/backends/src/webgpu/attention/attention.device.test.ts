import { maxAbsDiff, seededRandom } from '@albert-web/testing';
import { expect, it } from 'vitest';
import type { AttentionShape } from '../../reference/attention.ts';
import { attend } from '../../reference/attention.ts';
import { vectorsOf } from '../sizes.ts';
import type { Bench } from '../testing/device.ts';
import { describeOnWebgpu } from '../testing/device.ts';
import { callBuffer, callOf, padRows, readFloats, runKernel, unpadRows } from '../testing/run-kernel.ts';
import type { AttentionTile, Reduction } from './program.ts';
import { attentionBindings, attentionProgram, attentionTile } from './program.ts';

const random = seededRandom(12);
const smallest: AttentionTile = { queries: 4, keys: 16 };
const middle: AttentionTile = { queries: 16, keys: 32 };

describeOnWebgpu('attention', (bench) => {
  it.each([
    { headSize: 64, tile: middle },
    { headSize: 12, tile: middle },
    { headSize: 12, tile: smallest },
    { headSize: 1, tile: smallest },
    { headSize: 70, tile: smallest },
  ])('equals the plain loop, heads of $headSize, tile $tile', async ({ headSize, tile }) => {
    const lengths = [1, 17, random.integer(2, 70), random.integer(2, 70)];
    for (const length of lengths) {
      const shape = { batch: random.integer(1, 4), length, heads: random.integer(1, 4), headSize };
      const mask = Array.from({ length: shape.batch * length }, () => (random.uniform() < 0.7 ? 1 : 0));
      await check(bench(), shape, mask, tile);
    }
  });

  it('equals the plain loop with reduction within a subgroup', async (test) => {
    const { device } = bench();
    // An emulated GPU has subgroups of four, too narrow for anything but this test.
    const columnThreads = device.adapterInfo.subgroupMinSize;
    test.skip(!device.features.has('subgroups') || columnThreads < 2, 'no subgroups here');
    const shape = { batch: 2, length: 41, heads: 2, headSize: 12 };
    const mask = Array.from({ length: 2 * 41 }, () => (random.uniform() < 0.7 ? 1 : 0));
    const reduction = { columnThreads: Math.min(16, columnThreads), bySubgroup: true };
    await check(bench(), shape, mask, middle, { reduction });
  });

  it('attends evenly to a sequence of padding, and to no padding elsewhere', async () => {
    const shape = { batch: 3, length: 37, heads: 2, headSize: 12 };
    const mask = Array.from({ length: 3 * 37 }, (_, i) => (i < 37 || i > 80 ? 1 : 0));
    await check(bench(), shape, mask, smallest);
  });

  it('is accurate for scores far from zero', async () => {
    const shape = { batch: 1, length: 33, heads: 1, headSize: 12 };
    await check(
      bench(),
      shape,
      Array.from({ length: 33 }, () => 1),
      smallest,
      { scale: 20 },
    );
  });
});

it('finds a tile for the heads of every ALBERT, in the memory that every device has', () => {
  const guaranteed = { maxComputeWorkgroupStorageSize: 16384 } as GPUSupportedLimits;
  expect(attentionTile(64, guaranteed)).toEqual({ queries: 16, keys: 16 });
  expect(attentionTile(128, guaranteed)).toBeUndefined();
  expect(attentionTile(128, { maxComputeWorkgroupStorageSize: 32768 } as GPUSupportedLimits)).toBeDefined();
});

async function check(
  { device, pool }: Bench,
  shape: AttentionShape,
  mask: number[],
  tile: AttentionTile,
  { scale = 1, reduction = { columnThreads: 16, bySubgroup: false } }: { scale?: number; reduction?: Reduction } = {},
): Promise<void> {
  const { batch, length, heads, headSize } = shape;
  const call = callOf(batch, length);
  const projected = random.normals(call.rows * 3 * heads * headSize, scale);
  const vectors = call.rows * heads;
  const context = device.createBuffer({
    size: 16 * vectors * vectorsOf(headSize),
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
  });
  await runKernel(
    device,
    attentionProgram(headSize, tile, reduction),
    {
      [attentionBindings.call]: callBuffer(pool, call),
      [attentionBindings.projected]: pool.constant('projected', padRows(projected, 3 * vectors, headSize)),
      [attentionBindings.mask]: pool.constant('mask', Float32Array.from(mask)),
      [attentionBindings.context]: context,
    },
    call,
    heads,
  );
  const actual = unpadRows(await readFloats(device, context, context.size / 4), vectors, headSize);
  const what = `batch ${batch}, length ${length}, ${heads} heads of ${headSize}`;
  expect(maxAbsDiff(actual, attend(projected, mask, shape)), what).toBeLessThan(1e-5 * scale);
}
