import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => vi.unstubAllGlobals());

/** Creates a fake CacheStorage with these names. */
function fakeCaches(names: Set<string>) {
  return {
    open: async (name: string) => {
      names.add(name);
      return { addAll: async () => undefined };
    },
    keys: async () => [...names],
    delete: async (name: string) => names.delete(name),
  };
}

it('keeps the old version for the pages that use it, until the browser activates the new one', async () => {
  const names = new Set(['albert-demo-old', 'another-page']);
  const listeners = new Map<string, (event: { waitUntil(promise: Promise<unknown>): void }) => void>();
  const skipWaiting = vi.fn<() => Promise<void>>();
  vi.stubGlobal('build', { version: 'new', shell: [] });
  vi.stubGlobal('caches', fakeCaches(names));
  vi.stubGlobal('clients', { claim: async () => undefined });
  vi.stubGlobal('skipWaiting', skipWaiting);
  vi.stubGlobal('addEventListener', (type: string, listener: () => void) => listeners.set(type, listener));
  await vi.importActual('./sw.ts');
  const happen = async (type: string): Promise<void> => {
    const waits: Promise<unknown>[] = [];
    listeners.get(type)?.({ waitUntil: (promise) => waits.push(promise) });
    await Promise.all(waits);
  };

  await happen('install');
  expect(skipWaiting).not.toHaveBeenCalled();
  expect(names).toEqual(new Set(['albert-demo-old', 'another-page', 'albert-demo-new']));
  await happen('activate');
  expect(names).toEqual(new Set(['another-page', 'albert-demo-new']));
});
