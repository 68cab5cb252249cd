import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { catalog } from './catalog.ts';

it.each([
  ['', 'default'],
  ['./weights/sentence/', 'sentence'],
])('states the size of %s as it is', (address, name) => {
  const folder = fileURLToPath(new URL(`../../../../weights/${name}/`, import.meta.url));
  const shards = readdirSync(folder).filter((file) => file.endsWith('.safetensors'));
  const bytes = shards.reduce((sum, file) => sum + statSync(`${folder}${file}`).size, 0);
  expect(catalog.find((model) => model.address === address)?.megabytes).toBe(Math.round(bytes / 1e6));
});

it('names each model once, the page’s own first', () => {
  const addresses = catalog.map(({ address }) => address);
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(addresses[0]).toBe('');
  for (const address of addresses.slice(2)) expect(address).toMatch(/^[\w.-]+\/[\w.-]+$/u);
});
