/**
 * Every form in which people keep an ALBERT: it loads, and after `albert convert` it loads again, with the numbers of the
 * reference; or it is refused by the error that the table names. Made by `packages/checkpoints/scripts/make-forms.py`.
 *
 * `npm run forms` prints the table.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from '@albert-web/tasks';
import { fixtureUrl, readFixtureJson } from '@albert-web/testing';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { register as registerConvert } from '../../commands/convert.ts';
import { table } from '../../output/print.ts';
import { formTables, largestDifference, type FormRow } from './rows.ts';

/** Published: docs/features-and-tests.md, "Tolerances". */
const tolerance = 2e-5;
const tables = await Promise.all(formTables.map((table) => readFixtureJson<FormRow[]>(`forms/${table}`)));
const rows = tables.flat();
const printed: string[][] = [['form', 'head', 'load', 'convert', 'largest difference']];
let out: string;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'albert-forms-'));
});
afterAll(async () => {
  vi.restoreAllMocks();
  if (process.env['npm_lifecycle_event'] === 'forms') console.log(table(printed));
  await rm(out, { recursive: true, force: true });
});

async function convert(folder: string, target: string): Promise<void> {
  vi.spyOn(console, 'log').mockReturnValue();
  const program = new Command().exitOverride();
  registerConvert(program);
  await program.parseAsync(['convert', folder, target, '--to', 'f32'], { from: 'user' });
}

async function differenceOf(folder: string, row: FormRow): Promise<number> {
  const model = await load(folder, { backend: 'wasm', precision: 'f32' });
  try {
    return await largestDifference(model, row);
  } finally {
    await model.dispose();
  }
}

it.each(rows)('$form ($head)', async (row) => {
  const folder = fileURLToPath(fixtureUrl(`forms/${row.folder}`));
  if (row.error !== undefined) {
    await expect(load(folder, { backend: 'wasm' })).rejects.toMatchObject({ name: row.error });
    printed.push([row.form, row.head, row.error, '', '']);
    return;
  }
  const loaded = await differenceOf(folder, row);
  expect(loaded).toBeLessThanOrEqual(tolerance);
  const target = join(out, row.folder);
  await convert(folder, target);
  const converted = await differenceOf(target, row);
  expect(converted).toBeLessThanOrEqual(tolerance);
  printed.push([row.form, row.head, 'yes', 'yes', Math.max(loaded, converted).toExponential(1)]);
});
