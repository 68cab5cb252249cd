import { backendUnderTest, maxAbsDiff, seededRandom, useBackendUnderTest } from '@albert-web/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { layerNorm } from '../../reference/layer-norm.ts';
import type { WebglDevice } from '../device.ts';
import { devices } from '../testing/device.ts';
import { emptyPanels, fromPanels, toPanels } from '../testing/panels.ts';
import { compileLayerNorm, statisticsWidth, uploadLayerNorm } from './program.ts';

const random = seededRandom(13);

describe.skipIf(backendUnderTest() !== 'webgl')('LayerNorm (WebGL only)', () => {
  beforeAll(useBackendUnderTest);

  it.each([
    [1, 1, 2],
    [1, 5, 42],
    [2, 11, 128],
    [1, 3, 300],
  ])('batch %i, %i rows, %i columns', async (batch, rows, columns) => {
    await expectReference(random.normals(batch * rows * columns, 3), { batch, rows, columns }, 1e-12, 1e-5);
  });

  it.each([42, 59, 200])(
    'keeps its precision if the mean of %i columns is far larger than the deviation',
    async (columns) => {
      const x = random.normals(4 * columns).map((value) => 1000 + value);
      await expectReference(x, { batch: 1, rows: 4, columns }, 1e-12, 1e-3);
    },
  );

  it('returns the shift for a row of equal values', async () => {
    await expectReference(new Float32Array(2 * 20).fill(7), { batch: 1, rows: 2, columns: 20 }, 1e-12, 1e-6);
  });
});

async function expectReference(
  x: Float32Array,
  sizes: { batch: number; rows: number; columns: number },
  epsilon: number,
  tolerance: number,
): Promise<void> {
  const scale = random.normals(sizes.columns);
  const shift = random.normals(sizes.columns);
  const expected = layerNorm(x, { weight: scale, bias: shift, epsilon });
  for (const device of devices()) {
    const actual = await normalize(device, x, scale, shift, sizes, epsilon);
    expect(maxAbsDiff(actual, expected)).toBeLessThan(tolerance);
  }
}

async function normalize(
  device: WebglDevice,
  x: Float32Array,
  scale: Float32Array,
  shift: Float32Array,
  sizes: { batch: number; rows: number; columns: number },
  epsilon: number,
): Promise<Float32Array> {
  const programs = await compileLayerNorm(device, sizes.columns, epsilon);
  const from = await toPanels(device, x, sizes);
  const statistics = emptyPanels(device, { ...sizes, columns: 4 * statisticsWidth(sizes.columns) });
  const to = emptyPanels(device, sizes);
  const parameters = uploadLayerNorm(device, scale, shift);
  programs.statistics.run({ x: from.texture }, {}, statistics);
  programs.normalize.run({ x: from.texture, statistics: statistics.texture, parameters: parameters.texture }, {}, to);
  const result = await fromPanels(device, to, sizes);
  for (const texture of [from, statistics, to, parameters]) texture.dispose();
  return result;
}
