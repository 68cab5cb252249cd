/** A model that falls back to cpu gives a warning: a backend that is many times slower is never chosen silently. */
import type { AlbertError } from '@albert-web/errors';
import { readFixture } from '@albert-web/testing';
import { expect, it, vi } from 'vitest';
import { CpuFallbackWarning, load, type LoadOptions } from './index.ts';

async function loadTiny(options: LoadOptions): Promise<void> {
  const names = ['config.json', 'model.safetensors', 'spiece.model'];
  const files = names.map(async (name) => new File([await readFixture(`classifiers/one-label/${name}`)], name));
  await using model = await load(await Promise.all(files), options);
  expect(model.info().backend).toBe('cpu');
}

// A folder without the builds simulates a server without them.
const missing = { backend: ['wasm', 'cpu'], wasmFiles: 'file:///no-such-folder/' } as const;

it('tells onWarning why every faster backend was rejected', async () => {
  const onWarning = vi.fn<(warning: AlbertError) => void>();
  await loadTiny({ ...missing, onWarning });
  expect(onWarning).toHaveBeenCalledExactlyOnceWith(expect.any(CpuFallbackWarning));
  const [warning] = onWarning.mock.calls[0] ?? [];
  expect(warning).toMatchObject({ rejected: [{ backend: 'wasm' }] });
  expect(warning?.message).toMatch(/falls back to cpu.*wasm: .*no-such-folder/su);
});

it('writes to the console otherwise', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  await loadTiny(missing);
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('falls back to cpu'));
  warn.mockRestore();
});

it('gives no warning if cpu was requested', async () => {
  const onWarning = vi.fn<(warning: AlbertError) => void>();
  await loadTiny({ backend: 'cpu', onWarning });
  expect(onWarning).not.toHaveBeenCalled();
});
