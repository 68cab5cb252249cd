import { execFileSync } from 'node:child_process';
import type * as V8 from 'node:v8';
import { readConfig } from '@albert-web/core';
import { expect, it, vi } from 'vitest';
import { tinyConfig } from '../../test/training-run.ts';
import { startModel } from './model.ts';

const flags = vi.hoisted((): string[] => []);

vi.mock('node:v8', async (original) => {
  const v8 = await original<typeof V8>();
  return { ...v8, setFlagsFromString: (flag: string) => flags.push(flag) };
});

it('sets only flags that this Node supports, since it prints a message about others', async () => {
  const model = await startModel('wasm', readConfig(tinyConfig), 'sequence_classification', undefined, 1);
  model.dispose();
  const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  for (const flag of flags) expect(known).toContain(flag);
});
