/** An index that lives beside its model, used from the page. */
import { cosine } from '@albert-web/tasks';
import { fixtureUrl } from '@albert-web/testing';
import { expect, it } from 'vitest';
import { startHost } from './in-page.ts';
import { loadInHost, type Script } from './load.ts';

it('is created, filled, searched, saved, restored and disposed by messages', async () => {
  const script: Pick<Script, 'startInPage'> = { startInPage: () => Promise.resolve(startHost()) };
  const model = await loadInHost(script as Script, fixtureUrl('forms/normalize/'), { worker: false, backend: 'cpu' });
  const texts = ['the cat sat on a mat', 'we saw it there', 'in the park'];
  const index = model.createIndex();
  expect(await index.add(texts)).toEqual([0, 1, 2]);
  const hits = await index.search('the cat sat');
  const query = await model.embed('the cat sat');
  const scores = (await model.embed(texts)).map((vector) => cosine(query, vector));
  expect(hits.map(({ id }) => id)).toEqual([0, 1, 2].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0)));
  hits.forEach(({ id, score, text }) => {
    expect(score).toBeCloseTo(scores[id] ?? NaN, 5);
    expect(text).toBe(texts[id]);
  });
  const other = model.createIndex({ precision: 'f32' });
  expect(await other.size()).toBe(0);
  await other.restore(await index.save());
  expect(await other.search(['the cat sat'], 2)).toEqual([hits.slice(0, 2)]);
  expect(await index.remove([0, 7])).toBe(1);
  expect([await index.size(), await other.size()]).toEqual([2, 3]);
  await expect(index.search('the cat', -1)).rejects.toMatchObject({ name: 'InvalidArgumentError' });
  const [nearest] = await model.minePairs(texts, { topK: 1 });
  expect(nearest?.similarity).toBeGreaterThan(-1);
  await index.dispose();
  await expect(index.size()).rejects.toMatchObject({ name: 'DisposedError' });
  expect(await other.size()).toBe(3);
  await model.dispose();
  await Promise.all([index.dispose(), other.dispose()]);
});
