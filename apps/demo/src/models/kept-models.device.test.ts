/** Runs only in browsers, with the database that they provide in a private session. */
import { describe, expect, it } from 'vitest';
import { keepModel, keptModels, located } from './kept-models.ts';

describe.skipIf(typeof indexedDB === 'undefined')('models kept in the database', () => {
  it('are restored as the files of their folders, under distinct names', async () => {
    const files = [
      ['config.json', new TextEncoder().encode('{}')],
      ['model.safetensors', Uint8Array.from([1, 2, 3])],
    ] as const;
    const address = await keepModel('doors', files);
    const second = await keepModel('doors', files);
    expect(await keptModels()).toEqual(expect.arrayContaining(['doors', 'doors 2']));
    expect([address, second]).toEqual(['kept:doors', 'kept:doors 2']);
    const back = (await located(second)) as readonly File[];
    expect(back.map(({ webkitRelativePath }) => webkitRelativePath)).toEqual([
      'doors 2/config.json',
      'doors 2/model.safetensors',
    ]);
    expect(await back[0]?.text()).toBe('{}');
    expect(new Uint8Array((await back[1]?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(Uint8Array.from([1, 2, 3]));
  });

  it('that do not exist cause an error with their name', async () => {
    await expect(located('kept:windows')).rejects.toThrow('There is no model “windows” in this browser');
  });
});
