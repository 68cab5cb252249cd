/** FEATURES.md promises a row for every flag and an existing test for every feature. */
import { access, readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import * as commands from './index.ts';

const root = new URL('../../../../', import.meta.url);
const features = await readFile(new URL('FEATURES.md', root), 'utf8');

const program = new Command();
for (const register of Object.values(commands)) register(program);

describe.each(['run-classifier', 'run-squad', 'run-race', 'pretrain', 'create-pretraining-data'])('%s', (name) => {
  it('has a row for each of its flags', () => {
    const flags = program.commands.find((command) => command.name() === name)?.options ?? [];
    expect(flags.length).toBeGreaterThan(10);
    const section = features.split(`### \`albert ${name}\``)[1]?.split('\n### ')[0]?.replace(/ +/gu, ' ');
    for (const { long, description } of flags) expect(section).toContain(`| \`${long}\` | ${description} |`);
  });
});

it('names only tests that exist', async () => {
  const named = [...features.matchAll(/`((?:packages|apps|bench|docs)\/[^`*]+\.test\.ts)`/gu)].map(
    ([, path = '']) => path,
  );
  expect(named.length).toBeGreaterThan(30);
  for (const path of new Set(named)) await access(new URL(path, root));
});
