import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { register } from './copy.ts';

const registry = Symbol.for('albert-web.default-model');
const weights = new URL('../../../../weights/default/', import.meta.url);
let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'albert-copy-'));
  vi.spyOn(console, 'log').mockReturnValue();
});
afterEach(async () => {
  Reflect.deleteProperty(globalThis, registry);
  await rm(out, { recursive: true });
});

it('copies the files of the installed model, and can be repeated', async () => {
  const urls = { 'spiece.model': new URL('spiece.model', weights).href };
  Object.assign(globalThis, { [registry]: { name: 'a-model', texts: { 'config.json': '{}' }, urls } });
  const program = new Command();
  register(program);
  for (let i = 0; i < 2; i++) await program.parseAsync(['copy', join(out, 'models')], { from: 'user' });
  expect(await readdir(join(out, 'models/default'))).toEqual(['config.json', 'spiece.model']);
  const copied = await readFile(join(out, 'models/default/spiece.model'));
  expect(copied.equals(await readFile(new URL('spiece.model', weights)))).toBe(true);
});
