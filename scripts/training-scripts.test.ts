import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/** The training scripts import from each other, and no test runs them. Without this check, a moved name would go unnoticed. */
const folder = path.join(import.meta.dirname, '../weights/train');
const scripts = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.py'))
    .map((file) => [file.slice(0, -3), readFileSync(path.join(folder, file), 'utf8')]),
);

it.each([...scripts])('%s.py imports names that its neighbors define', (_, code) => {
  const missing = importsOf(code).flatMap(({ module, names }) => {
    const neighbor = scripts.get(module);
    return neighbor === undefined
      ? []
      : names.filter((name) => !defines(neighbor, name)).map((name) => `${module}.${name}`);
  });
  expect(missing).toEqual([]);
});

it('finds imports over several lines and under another name, and names defined together on one line', () => {
  expect(importsOf('from training import (a,\n  b as c)\nfrom math import d\n')).toEqual([
    { module: 'training', names: ['a', 'b'] },
    { module: 'math', names: ['d'] },
  ]);
  expect(['A', 'B', 'c', 'D', 'e'].filter((name) => defines('A, B = 1, 2\ndef c():\n  D = 3\n', name))).toEqual([
    'A',
    'B',
    'c',
  ]);
});

function importsOf(code: string): { module: string; names: string[] }[] {
  return [...code.matchAll(/^from (\w+) import (?:\(([^)]*)\)|(.*))$/gmu)].map(
    ([, module = '', inBrackets, onLine = '']) => ({
      module,
      names: (inBrackets ?? onLine)
        .split(',')
        .map((name) => name.trim().split(' ')[0] ?? '')
        .filter(Boolean),
    }),
  );
}

/** Whether a module defines a name at the top level: as a function, a class, a variable, or an import. */
function defines(code: string, name: string): boolean {
  return (
    new RegExp(`^(?:def|class) ${name}\\b|^(?:\\w+, )*${name}(?:, \\w+)*(?:: [^=]+)? = `, 'mu').test(code) ||
    importsOf(code).some(({ names }) => names.includes(name))
  );
}
