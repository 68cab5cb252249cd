import { expect, it } from 'vitest';
import { healthOf } from '../device.ts';
import { GpuError } from '../errors.ts';
import { describeOnWebgpu } from '../testing/device.ts';
import { matmulProgram } from './program.ts';
import { TileChoices, tileChoicesOn } from './tile-choices.ts';
import type { TileQuestion } from './tile-choices.ts';
import { TiledProduct } from './tiled-product.ts';
import { likelyTile, tileBytes, tiles, tilesFor } from './tiles.ts';
import { fastestTile } from './tune.ts';

const question: TileQuestion = { input: 'buffer', finish: 'linear', storage: 'f32', rows: 16, depth: 32, columns: 64 };

describeOnWebgpu('tuning', (bench) => {
  it('chooses the fastest of the tiles, by the GPU clock or by waiting', async () => {
    const { device } = bench();
    const two = tiles.slice(1, 3);
    expect(two).toContain(await fastestTile(device, question, two));
    const withoutClock = new Proxy(device, {
      get: (target, name) => {
        if (name === 'features') return new Set();
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
      },
    });
    expect(two).toContain(await fastestTile(withoutClock, question, two));
  });

  it('uses what another executor has measured', async () => {
    const { device } = bench();
    const product = { input: 'buffer', finish: 'linear', storage: 'f32', depth: 256, columns: 256 } as const;
    const choice = tiles.slice(0, 2);
    const tiled = new TiledProduct(device, product, choice);
    const first = await tiled.for(16);
    const other = choice.find((tile) => matmulProgram(product, 'f32', tile).code !== first.program.code);
    await (await tileChoicesOn(device)).remember({ ...product, rows: 16 }, other?.name ?? '');
    await tiled.tune(16);
    expect(other && (await tiled.for(16)).program.code).toBe(other && matmulProgram(product, 'f32', other).code);
  });

  it('does not report its failures on the device', async () => {
    const { device } = bench();
    const tooLarge: TileQuestion = { ...question, rows: 2 ** 26, depth: 4096, columns: 4096 };
    await expect(fastestTile(device, tooLarge, tiles.slice(0, 1))).rejects.toThrow(GpuError);
    await device.queue.onSubmittedWorkDone();
    expect(() => healthOf(device).check()).not.toThrow();
  });

  it('is remembered by the browser for one GPU, and repeated for another', async () => {
    const adapter = `test ${Math.random()}`;
    const choices = await TileChoices.open(adapter);
    expect(choices.of(question)).toBeUndefined();
    await choices.remember(question, 'small');
    const again = await TileChoices.open(adapter);
    expect(again.of(question)).toBe('small');
    expect(again.of({ ...question, rows: 32 })).toBeUndefined();
    expect((await TileChoices.open('another')).of(question)).toBeUndefined();
  });
});

it('guesses small tiles for few rows and large ones for many', () => {
  expect(likelyTile(tiles, 16, 768).name).toBe('slim');
  expect(likelyTile(tiles, 128, 768).name).toBe('small');
  expect(likelyTile(tiles, 128, 3072).name).toBe('large');
  expect(likelyTile(tiles, 4096, 768).name).toBe('huge');
});

it('offers tiles that fit on every device, and more on larger ones', () => {
  const guaranteed = {
    maxComputeWorkgroupStorageSize: 16384,
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupSizeX: 256,
  };
  const names = (limits: object): string[] => tilesFor(limits as GPUSupportedLimits, false).map(({ name }) => name);
  expect(names(guaranteed)).toEqual(['slim', 'small', 'medium']);
  expect(names({ ...guaranteed, maxComputeWorkgroupStorageSize: 32768 })).toEqual(tiles.map(({ name }) => name));
  expect(tilesFor(guaranteed as GPUSupportedLimits, true)).toHaveLength(1);
  for (const tile of tiles) expect(tileBytes(tile)).toBeLessThanOrEqual(32768);
});
