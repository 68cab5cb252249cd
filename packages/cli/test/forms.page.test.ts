/**
 * Every form in which people store an ALBERT model: it loads in Node and from a server in Chromium, and again after
 * `albert convert`, with the reference's outputs; or it is rejected with the error in the table. The forms are made by the scripts
 * `packages/checkpoints/scripts/make-*forms.py`.
 *
 * `npm run forms` prints the table.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { startStaticServer } from '@albert-web/browser/static-server';
import { wgslAsText } from '@albert-web/build-tools';
import { load } from '@albert-web/tasks';
import { fixtureUrl, readFixtureJson } from '@albert-web/testing';
import { Command } from 'commander';
import type { Browser, Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { register as registerConvert } from '../src/commands/convert.ts';
import { table } from '../src/output/print.ts';
import { formTables, largestDifference, type FormRow } from '../src/testing/forms/rows.ts';
import type { FormsPage } from './forms-page/main.ts';

/** Documented in docs/features-and-tests.md, "Tolerances". */
const tolerance = 2e-5;
const tables = await Promise.all(formTables.map((table) => readFixtureJson<FormRow[]>(`forms/${table}`)));
const rows = tables.flat();
const printed: string[][] = [['form', 'head', 'load in page', 'load in Node', 'convert', 'largest difference']];
let out: string;
let server: Awaited<ReturnType<typeof startStaticServer>>;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'albert-forms-'));
  const site = join(out, 'site');
  await build({
    root: fileURLToPath(new URL('forms-page', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    plugins: [wgslAsText()],
    resolve: { conditions: ['source', 'module', 'browser', 'production'] },
    build: { outDir: site, emptyOutDir: true, target: 'es2022' },
  });
  server = await startStaticServer({ mounts: { '/forms/': pathOf(''), '/': site } });
  browser = await launchChromium();
  page = await browser.newPage();
  await page.goto(`${server.url}/`);
  await page.waitForFunction(() => 'page' in globalThis);
});
afterAll(async () => {
  vi.restoreAllMocks();
  if (process.env['npm_lifecycle_event'] === 'forms') console.log(table(printed));
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
  await rm(out, { recursive: true, force: true });
});

const pathOf = (folder: string): string => fileURLToPath(fixtureUrl(`forms/${folder}`));
const baseOf = ({ base }: FormRow): string | undefined => (base === undefined ? undefined : pathOf(base));

async function convert(row: FormRow, target: string): Promise<void> {
  vi.spyOn(console, 'log').mockReturnValue();
  const program = new Command().exitOverride();
  registerConvert(program);
  const base = baseOf(row);
  const options = base === undefined ? [] : ['--base-model', base];
  const source = join(pathOf(row.folder), row.options?.weights ?? '');
  await program.parseAsync(['convert', source, target, '--to', 'f32', ...options], { from: 'user' });
}

async function differenceOf(folder: string, row: FormRow, options = row.options): Promise<number> {
  const model = await load(folder, { backend: 'wasm', precision: 'f32', baseModel: baseOf(row), ...options });
  try {
    return await largestDifference(model, row);
  } finally {
    await model.dispose();
  }
}

const inPage = (row: FormRow): Promise<number | string> =>
  page.evaluate((row) => (globalThis as unknown as { page: FormsPage }).page.differenceOf(row), row);

it.each(rows)('$form ($head)', async (row) => {
  const shown = await inPage(row);
  if (row.error !== undefined) {
    expect(shown).toBe(row.error);
    const loading = load(pathOf(row.folder), { backend: 'wasm', baseModel: baseOf(row) });
    await expect(loading).rejects.toMatchObject({ name: row.error });
    printed.push([row.form, row.head, row.error, row.error, '', '']);
    return;
  }
  const target = join(out, row.folder);
  await convert(row, target);
  const converted = await differenceOf(target, row, {});
  const differences = [shown, await differenceOf(pathOf(row.folder), row), converted];
  for (const difference of differences) expect(difference).toBeLessThanOrEqual(tolerance);
  printed.push([row.form, row.head, 'yes', 'yes', 'yes', Math.max(...differences.map(Number)).toExponential(1)]);
});
