/** Tables in the docs that list what the specification lists. */
import { readFileSync } from 'node:fs';
import { activationNames, backendNames, backends } from '@albert-web/core/spec';
import { expect, it } from 'vitest';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

/** Cells of every row of the file's tables, without padding. */
const rows = (file: string): string[][] =>
  read(file)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));

it('the guide lists every backend in the order in which they are tried, with its precisions', () => {
  const listed = rows('guides/backends.md').filter(([, name]) => backendNames.some((known) => name === `\`${known}\``));
  expect(listed.map(([, name]) => name)).toEqual(backendNames.map((name) => `\`${name}\``));
  listed.forEach(([, , , precisions = ''], index) => {
    const { precisions: own } = backends[backendNames[index] ?? 'cpu'];
    expect(precisions.split(';')[0]).toBe(own.join(', '));
  });
});

it('the list of features names every activation', () => {
  const names = activationNames.map((name) => `\`${name}\``).join(', ');
  expect(rows('features-and-tests.md').map((cells) => cells[1])).toContain(names);
});
