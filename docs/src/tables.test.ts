/** Checks tables in the docs that repeat what the specification lists. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { activationNames, backendNames, backends, precisionsOf } from '@albert-web/core/spec';
import { expect, it } from 'vitest';
import { fieldsPage } from './fields.ts';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

/** Returns the cells of every row of the file's tables, without padding. */
const rows = (file: string): string[][] =>
  read(file)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));

it('the guide lists every backend in the order in which they are tried, with its precisions', () => {
  const listed = rows('guides/backends.md').filter(([, name]) => backendNames.some((known) => name === `\`${known}\``));
  expect(listed.map(([, name]) => name)).toEqual(backendNames.map((name) => `\`${name}\``));
  listed.forEach(([, , , precisions = ''], index) => {
    expect(precisions.split(';')[0]).toBe(precisionsOf(backendNames[index] ?? 'cpu').join(', '));
  });
});

it('the list of features names every activation', () => {
  const names = activationNames.map((name) => `\`${name}\``).join(', ');
  expect(rows('features-and-tests.md').map((cells) => cells[1])).toContain(names);
});

it.each(backendNames)('the list of features publishes the tolerances of the tests: %s', (backend) => {
  const table = read('features-and-tests.md').split('### Tolerances')[1]?.split('\n## ')[0] ?? '';
  const cells = (line: string): string[] => line.split('|').map((cell) => cell.trim());
  const lines = table.split('\n').map(cells);
  const columns = lines.find((line) => line[1] === 'backend') ?? [];
  const row = lines.find((line) => line[1]?.split(' ')[0] === backend) ?? [];
  const published = columns.flatMap((precision, i) =>
    i > 1 && /^\d/u.test(row[i] ?? '') ? [[precision, Number.parseFloat(row[i] ?? '')]] : [],
  );
  expect(published).toEqual(Object.entries(backends[backend].precisions));
});

it('the page of fields is up to date with the tables that files are checked against', async () => {
  const path = fileURLToPath(new URL('../fields.md', import.meta.url));
  // After a change of a table: npx vitest run -u --project node docs/src/tables.test.ts
  await expect(await fieldsPage(path)).toMatchFileSnapshot(path);
});
