import { expect, it } from 'vitest';
import { describeOnWebgpu } from '../testing/device.ts';
import { TileChoices } from './tile-choices.ts';
import type { TileQuestion } from './tile-choices.ts';
import { likelyTile, tileBytes, tiles, tilesFor } from './tiles.ts';
import { fastestTile } from './tune.ts';

const question: TileQuestion = { input: 'buffer', finish: 'linear', storage: 'f32', rows: 16, depth: 32, columns: 64 };

describeOnWebgpu('tuning', (bench) => {
  it('finds one of the tiles the fastest, by the GPU clock or by waiting', async () => {
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

  it('is remembered by the browser for one GPU, and asked again for another', async () => {
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

it('offers tiles that fit what every device has, and more where there is more', () => {
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
