/** A worker that fails after its model was loaded, played by a port. */
import { NoModelError } from '@albert-web/checkpoints';
import { expose } from 'comlink';
import { afterEach, expect, it, vi } from 'vitest';
import { defaultModel, loadInHost, type Script } from './load.ts';

const registry = Symbol.for('albert-web.default-model');

afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(globalThis, registry);
});

it('takes the model that a package registered, then the one beside the script, then none', () => {
  const beside: Pick<Script, 'url'> = { url: 'https://cdn.example/albert.js' };
  expect(defaultModel(beside as Script)).toEqual(new URL('https://cdn.example/weights/default/'));
  expect(() => defaultModel({} as Script)).toThrow(NoModelError);
  const model = { name: 'a-model', texts: {}, urls: {} };
  Object.assign(globalThis, { [registry]: model });
  expect(defaultModel(beside as Script)).toBe(model);
  expect(defaultModel({} as Script)).toBe(model);
});

it('ends a worker that failed at once, and gives its model back without an error', async () => {
  vi.stubGlobal('location', { href: 'http://localhost/' });
  const { port1, port2 } = new MessageChannel();
  const terminate = vi.fn<() => void>();
  const worker = Object.assign(port1, { terminate }) as unknown as Worker;
  port1.start();
  expose({ load: () => undefined, call: () => new Promise(() => undefined) }, port2);
  const script: Pick<Script, 'url' | 'startWorker'> = { url: 'http://localhost/albert.js', startWorker: () => worker };

  const model = await loadInHost(script as Script);
  const asked = model.paraphrase('one', 'two');
  expect(terminate).not.toHaveBeenCalled();
  worker.dispatchEvent(new Event('error', { cancelable: true }));
  await expect(asked).rejects.toMatchObject({ name: 'WorkerError' });
  expect(terminate).toHaveBeenCalledOnce();
  await expect(model.dispose()).resolves.toBeUndefined();
  port1.close();
  port2.close();
});
