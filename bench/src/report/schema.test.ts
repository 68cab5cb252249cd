/** Checks result files: ours, those that people have sent, and broken ones. */
import { readdir, readFile } from 'node:fs/promises';
import { InvalidArgumentError } from '@albert-web/errors';
import { describe, expect, it } from 'vitest';
import { parseReport } from './schema.ts';

const results = new URL('../../results/', import.meta.url);
const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(new URL(file, results), 'utf8'));
const submitted = (await readdir(new URL('submitted/', results))).filter((name) => name.endsWith('.json'));

describe('result files', () => {
  it.each(['report.json', ...submitted.map((name) => `submitted/${name}`)])('accepts %s', async (file) => {
    const { rows, date } = parseReport(await readJson(file));
    expect(rows.length).toBeGreaterThan(0);
    expect(Date.parse(date)).toBeLessThanOrEqual(Date.now() + 86_400_000);
  });

  it.each(submitted)('submitted/%s is named after its date and machine', (name) => {
    expect(name).toMatch(/^\d{4}-\d{2}-\d{2}-[a-z0-9-]+\.json$/u);
  });

  it.each([
    ['nothing', () => null, /its top/u],
    ['another version', () => ({ date: '2026-01-01T00:00:00.000Z' }), /commit/u],
    ['an invalid date', (report: object) => ({ ...report, date: 'yesterday' }), /date/u],
    ['an unknown engine', changeRow({ engine: 'llama' }), /rows\.0\.engine/u],
    ['a time that is not a number', changeRow({ medianMs: null }), /rows\.0\.medianMs/u],
    ['a median below the shortest time', changeRow({ minMs: 1e9 }), /minMs <= medianMs/u],
    ['markup as long as a book', changeRow({ shape: '<b>'.repeat(1000) }), /rows\.0\.shape/u],
  ])('rejects %s', async (_, change, where) => {
    const broken = change((await readJson('report.json')) as Rows);
    expect(() => parseReport(broken)).toThrow(InvalidArgumentError);
    expect(() => parseReport(broken)).toThrow(where);
  });
});

interface Rows {
  readonly rows: readonly object[];
}

function changeRow(changes: object): (report: Rows) => object {
  return (report) => ({ ...report, rows: report.rows.map((row) => ({ ...row, ...changes })) });
}
