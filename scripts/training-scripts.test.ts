import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/** The scripts share code by module name, and nothing here runs them: a name that was moved would be missed by the next to train. */
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

it('finds imports over several lines, under another name, and what is defined in one line with others', () => {
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

/** At the top level: a function, a class, a variable, or an import of its own. */
function defines(code: string, name: string): boolean {
  return (
    new RegExp(`^(?:def|class) ${name}\\b|^(?:\\w+, )*${name}(?:, \\w+)*(?:: [^=]+)? = `, 'mu').test(code) ||
    importsOf(code).some(({ names }) => names.includes(name))
  );
}
