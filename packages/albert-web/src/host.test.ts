/** The worker's side, with a model that moves to another backend. */
import { load, type Albert, type ModelInfo } from '@albert-web/tasks';
import { expect, it, vi } from 'vitest';
import { Host } from './host.ts';

vi.mock('@albert-web/tasks', () => ({ load: vi.fn<() => Promise<unknown>>() }));

it('reports a backend change once, and nothing else', async () => {
  let runs = { backend: 'webgpu', device: 'a GPU', precision: 'f16', threads: 1 };
  const embed = vi.fn<() => Promise<never[]>>(() => Promise.resolve([]));
  const model = { info: () => runs, embed, dispose: () => Promise.resolve() };
  vi.mocked(load).mockResolvedValue(model as unknown as Albert);
  const host = new Host();
  await host.load('/model/', { plain: {} });
  const { port1, port2 } = new MessageChannel();
  const received: ModelInfo[] = [];
  port1.addEventListener('message', ({ data }: MessageEvent<ModelInfo>) => received.push(data));
  port1.start();
  await host.watch(port2);
  const ask = () => host.call(['model', 'embed'], [[]], { plain: {} });

  await ask();
  runs = { backend: 'wasm', device: 'WebAssembly', precision: 'q8', threads: 2 };
  embed.mockRejectedValueOnce(new Error('refused'));
  await expect(ask()).rejects.toThrow('refused');
  await ask();
  await vi.waitFor(() => expect(received).toEqual([runs]));
  await host.dispose();
  port1.close();
});

it('forgets a disposed index', async () => {
  const createIndex = vi.fn<() => object>(() => ({ size: async () => 0, dispose: async () => undefined }));
  const model = { info: () => ({}), createIndex, dispose: () => Promise.resolve() };
  vi.mocked(load).mockResolvedValue(model as unknown as Albert);
  const host = new Host();
  await host.load('/model/', { plain: {} });
  const ask = (method: 'size' | 'dispose') => host.call(['index', method], [0, undefined], { plain: {} });
  for (const method of ['size', 'dispose', 'size'] as const) await ask(method);
  expect(createIndex).toHaveBeenCalledTimes(2);
  await host.dispose();
});
