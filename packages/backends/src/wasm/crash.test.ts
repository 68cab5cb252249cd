/** Threads that die, as if a browser or an out-of-memory killer had ended them. */
import { once } from 'node:events';
import type * as threads from 'node:worker_threads';
import { modelWeights } from '@albert-web/core';
import { randomWeights, seededRandom } from '@albert-web/testing';
import { sabotage } from '@albert-web/testing/sabotaged-workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { smallConfig } from '../testing/cases.ts';
import { BackendLostError } from '../errors.ts';
import { WasmCrashError } from '../errors.ts';
import { createWasmExecutor, type WasmExecutor } from './index.ts';

vi.mock('node:worker_threads', async (original) => {
  const { sabotaged } = await import('@albert-web/testing/sabotaged-workers');
  return sabotaged(await original<typeof threads>());
});

const config = smallConfig();

describe('a thread that dies', () => {
  let executor: WasmExecutor;

  afterEach(() => {
    executor.dispose();
    sabotage.serve = '';
    sabotage.workers = [];
  });

  const start = async (serve: string): Promise<void> => {
    sabotage.serve = serve;
    const weights = randomWeights(modelWeights(config, 'base'), seededRandom(1));
    executor = await createWasmExecutor(config, 'base', weights, { precision: 'f32', threads: 2 });
    expect(executor.threads).toBe(2);
  };
  const ask = async (): Promise<void> => {
    const row = Array.from({ length: 32 }, () => 5);
    await executor.run({ inputIds: [row, row, row, row] });
  };

  it('in a trap rejects the call at once, and every later one, with a named error', async () => {
    await start("Atomics.wait(words, job / 4, 0); throw new WebAssembly.RuntimeError('unreachable');");
    const began = performance.now();
    await expect(ask()).rejects.toThrow(WasmCrashError);
    expect(performance.now() - began).toBeLessThan(5000);
    await expect(ask()).rejects.toThrow(BackendLostError);
    await expect(ask()).rejects.toThrow(/threads: 1/u);
  });

  it('silently is missed after ten seconds', async () => {
    await start('Atomics.wait(words, words.length - 1, 0);');
    await expect(ask()).rejects.toThrow(WasmCrashError);
  }, 60_000);

  it('between calls is noticed before the next', async () => {
    await start('');
    await ask();
    await sabotage.workers[0]?.terminate();
    await expect(ask()).rejects.toThrow(/worker ended/u);
  });

  it('on dispose is expected: every worker ends', async () => {
    await start('');
    const ended = sabotage.workers.map((worker) => once(worker, 'exit'));
    expect(ended).toHaveLength(1);
    executor.dispose();
    await Promise.all(ended);
  });
});
