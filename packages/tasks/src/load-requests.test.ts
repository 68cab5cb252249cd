/** A page's console shows every failed request in red, so the models that come with the project must load without one. */
import { fileURLToPath } from 'node:url';
import { startStaticServer } from '@albert-web/browser/static-server';
import { expect, it, vi } from 'vitest';
import { load } from './load.ts';

it.each(['default', 'sentence', 'pretrained'])('weights/%s loads without a failed request', async (model) => {
  const weights = fileURLToPath(new URL('../../../weights/', import.meta.url));
  await using server = await startStaticServer({ mounts: { '/': weights } });
  const fetched = vi.spyOn(globalThis, 'fetch');
  try {
    const loaded = await load(`${server.url}/${model}/`, { backend: 'wasm', cache: false });
    await loaded.dispose();
    const responses = await Promise.all(fetched.mock.results.map(({ value }) => value as Promise<Response>));
    expect(responses.length).toBeGreaterThan(5);
    expect(responses.filter(({ ok }) => !ok).map(({ url }) => url)).toEqual([]);
  } finally {
    fetched.mockRestore();
  }
});

it('starts the backend while the configuration is downloading', async () => {
  const weights = fileURLToPath(new URL('../../../weights/', import.meta.url));
  await using server = await startStaticServer({ mounts: { '/': weights } });
  let start: () => void = () => undefined;
  const started = new Promise<void>((resolve) => (start = resolve));
  const { fetch } = globalThis;
  const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    if (new Request(url).url.endsWith('/config.json')) await started;
    return fetch(url, init);
  });
  const wasmFiles = (file: string): URL => {
    start();
    return new URL(`../../kernels/src/build/${file}`, import.meta.url);
  };
  try {
    const model = await load(`${server.url}/default/`, { backend: 'wasm', cache: false, wasmFiles });
    await model.dispose();
  } finally {
    fetched.mockRestore();
  }
});
