import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { catalog, isShipped, knownTasks } from './catalog.ts';

it.each([
  ['', 'default'],
  ['./weights/accurate/', 'accurate'],
  ['./weights/sentence/', 'sentence'],
  ['./weights/pretrained/', 'pretrained'],
])('states the actual size of %s', (address, name) => {
  const folder = fileURLToPath(new URL(`../../../../weights/${name}/`, import.meta.url));
  const shards = readdirSync(folder).filter((file) => file.endsWith('.safetensors'));
  const bytes = shards.reduce((sum, file) => sum + statSync(`${folder}${file}`).size, 0);
  expect(catalog.find((model) => model.address === address)?.megabytes).toBe(Math.round(bytes / 1e6));
});

it('lists each model once, and the page’s own first', () => {
  const addresses = catalog.map(({ address }) => address);
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(addresses[0]).toBe('');
  for (const { address } of catalog.filter((model) => !isShipped(model)))
    expect(address).toMatch(/^[\w.-]+\/[\w.-]+$/u);
});

it('knows whether classifiers without class names compare sentences', () => {
  const tasks = ['paraphrase', 'explain', 'classify', 'embed'] as const;
  expect(knownTasks('textattack/albert-base-v2-SST-2', tasks)).toEqual(['classify', 'embed']);
  expect(knownTasks('textattack/albert-base-v2-MRPC', tasks)).toEqual(tasks);
  expect(knownTasks('somebody/something', tasks)).toEqual(tasks);
  expect(knownTasks([], tasks)).toEqual(tasks);
});
