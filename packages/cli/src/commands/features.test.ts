/** docs/flags.md must have a row for every flag, and docs/features-and-tests.md an existing test for every feature. */
import { access, readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import * as commands from './index.ts';

const root = new URL('../../../../', import.meta.url);
const { scripts } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
  scripts: Record<string, string>;
};
const features = (await readFile(new URL('docs/features-and-tests.md', root), 'utf8')).trimEnd();
const flagTables = await readFile(new URL('docs/flags.md', root), 'utf8');

const program = new Command();
for (const register of Object.values(commands)) register(program);

describe.each(['run-classifier', 'run-squad', 'run-race', 'pretrain', 'create-pretraining-data'])('%s', (name) => {
  it('has a row for each of its flags', () => {
    const options = program.commands.find((command) => command.name() === name)?.options ?? [];
    // The hidden ones are absl's --noNAME for each switch.
    const flags = options.filter(({ hidden }) => !hidden);
    expect(flags.length).toBeGreaterThan(10);
    const section = flagTables.split(`## \`albert ${name}\``)[1]?.split('\n## ')[0]?.replace(/ +/gu, ' ');
    for (const { long, description } of flags) expect(section).toContain(`| \`${long}\` | ${description} |`);
  });
});

/** Returns the cells of every row, from the tables whose first column is `feature`. */
function featureRows(): string[][] {
  const tables = features.split('\n\n').map((block) => block.split('\n').map(cellsOf));
  return tables.flatMap(([head, , ...rows]) => (head?.[0] === 'feature' ? rows : []));
}

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

it.each(featureRows().map((cells): [feature: string, test: string] => [cells[0] ?? '', cells.at(-1) ?? '']))(
  '"%s" names tests that exist',
  async (_, shown) => {
    const named = Array.from(shown.matchAll(/`([^`]+)`/gu), ([, name = '']) => name);
    expect(named).not.toEqual([]);
    for (const name of named) {
      const [, script] = /^npm run (\S+)$/u.exec(name) ?? [];
      if (script) expect(Object.keys(scripts)).toContain(script);
      else {
        expect(name).toMatch(/\.test\.ts$/u);
        await access(new URL(name, root));
      }
    }
  },
);

it('has tables that this test can read', () => {
  expect(featureRows().length).toBeGreaterThan(80);
});
