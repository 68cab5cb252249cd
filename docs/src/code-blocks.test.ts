import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Command, type Option } from 'commander';
import { expect, test, vi } from 'vitest';
import * as commands from '../../packages/cli/src/commands/index.ts';
import { type Block, readBlocks, root } from './blocks.ts';
import { typeCheck } from './type-check.ts';

const blocks = readBlocks();
const written = (...languages: string[]): Block[] => blocks.filter(({ language }) => languages.includes(language));
const nameOf = ({ place, language }: Block): string =>
  `${place.replaceAll(/[^\w]/gu, '-')}.${language === 'tsx' ? 'tsx' : 'ts'}`;

test('blocks are in languages that are checked here', () => {
  expect(blocks.filter(({ language }) => !['ts', 'tsx', 'html', 'sh'].includes(language))).toEqual([]);
});

test('programs and the scripts of pages have no type errors', () => {
  const programs = written('ts', 'tsx').map((block) => [nameOf(block), block.code] as const);
  const pages = written('html').map((block) => [nameOf(block), scriptOf(block.code)] as const);
  const faults = typeCheck(new Map([...programs, ...pages]));
  expect([...faults].filter(([, messages]) => messages.length > 0)).toEqual([]);
});

test.each(blocks.filter(({ runs }) => runs))('$place runs', async (block) => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  // Modules are resolved relative to the file, so it is written here.
  const folder = `${root}docs/.cache`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${nameOf(block)}`, block.code);
  try {
    await import(pathToFileURL(`${folder}/${nameOf(block)}`).href);
    // A comment after a console.log says what it prints.
    const promised = Array.from(block.code.matchAll(/console\.log\(.*\); \/\/ ([\w ]+)$/gmu), ([, text]) => text);
    for (const text of promised) expect(log.mock.calls.map((values) => values.join(' '))).toContain(text);
  } finally {
    log.mockRestore();
  }
});

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
}

/** The packages that are published. */
const packages = ['albert-web', 'model-default'].map(
  (folder) => JSON.parse(readFileSync(`${root}packages/${folder}/package.json`, 'utf8')) as Manifest,
);
/** The URLs of their `dist/` on a CDN. */
const onCdn = packages.map(({ name, version }) => `https://cdn.jsdelivr.net/npm/${name}@${version}/dist/`);

test('pages use the current versions in URLs of a CDN', () => {
  const named = written('html').flatMap(({ code }) => code.match(/https:\/\/cdn[^']*?@[^']*?\/dist\//gu) ?? []);
  expect(new Set(named)).toEqual(new Set(onCdn));
});

test.each(written('html'))('$place uses scripts and elements that exist', ({ code }) => {
  const sources = Array.from(code.matchAll(/<script[^>]* src="([^"]*)"/gu), ([, source]) => source);
  expect(sources.map((source) => source?.replace(onCdn[0] ?? '', ''))).toEqual(['albert.js']);
  const elements = Array.from(code.matchAll(/<([a-z]+-[a-z-]+)/gu), ([, element]) => element);
  const defined = readFileSync(`${root}packages/albert-web/src/element.ts`, 'utf8');
  for (const element of elements) expect(defined).toContain(`customElements.define('${element}'`);
});

const program = new Command('albert').exitOverride();
for (const register of Object.values(commands)) register(program);
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { scripts: Record<string, string> };

const lines = written('sh').flatMap(({ place, code }) =>
  code
    .replaceAll(/\s*\\\n\s*/gu, ' ')
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ place, line: line.replace(/\s+# .*$/u, '') })),
);

test.each(lines)('$place: $line', ({ line }) => {
  const [tool = '', ...words] = Array.from(
    line.matchAll(/"([^"]*)"|(\S+)/gu),
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
  if (tool === 'npx') expectAlbert(words);
  else if (tool === 'npm' && words[0] === 'install')
    expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(words.slice(1)));
  else if (tool === 'npm') expect(Object.keys(scripts)).toContain(words[0] === 'run' ? words[1] : words[0]);
  else if (tool === 'node' || tool === 'python') expect(() => readFileSync(root + (words[0] ?? ''))).not.toThrow();
  else if (tool === 'pip') expect(words[0]).toBe('install');
  else expect.fail(`${tool} is not checked here`);
});

/** Expects that the command exists, knows its flags, and accepts the number of arguments. */
function expectAlbert([tool, ...words]: readonly string[]): void {
  expect(packages.flatMap(({ bin = {} }) => Object.keys(bin))).toContain(tool);
  const { command, first } = innermost(program, words);
  const parameters: string[] = [];
  for (let i = first; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--help') return;
    if (!word.startsWith('--')) {
      parameters.push(word);
      continue;
    }
    const option = command.options.find(({ long }) => long === word);
    expect(option, `${command.name()} ${word}`).toBeDefined();
    if (option && takesValue(option, words[i + 1])) i++;
    if (option?.argChoices) expect(option.argChoices).toContain(words[i]);
  }
  expect(parameters.length, parameters.join(' ')).toBeLessThanOrEqual(command.registeredArguments.length);
  const required = command.registeredArguments.filter((argument) => argument.required);
  expect(parameters.length).toBeGreaterThanOrEqual(required.length);
}

/** Returns the command that is called, which may be a subcommand, and the index of its first own word. */
function innermost(command: Command, words: readonly string[], first = 0): { command: Command; first: number } {
  const inner = command.commands.find((candidate) => candidate.name() === words[first]);
  return inner ? innermost(inner, words, first + 1) : { command, first };
}

const takesValue = (option: Option, next: string | undefined): boolean =>
  option.required || (option.optional && next !== undefined && !next.startsWith('--'));

/** Returns the inline scripts of a page, with declarations for its named elements and the classic script's global. */
function scriptOf(page: string): string {
  const scripts = Array.from(page.matchAll(/<script>([^]*?)<\/script>/gu), ([, code]) => code).join('\n');
  const ids = Array.from(page.matchAll(/ id="(\w+)"/gu), ([, id]) => `declare const ${id}: HTMLElement;`);
  const globals = [
    "import type {} from '../../packages/albert-web/src/classic.ts';",
    "declare const albert: NonNullable<Window['albert']>;",
  ];
  return [...globals, ...ids, scripts, 'export {};'].join('\n');
}

test('troubleshooting names every error, and none that does not exist', () => {
  const folders = readdirSync(`${root}packages`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${root}packages/${name}/src`);
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readFileSync(`${folder}/${file}`, 'utf8')),
  );
  const declared = Array.from(sources.join('\n').matchAll(/class (\w+) extends \w+Error\b/gu), ([, name]) => name);
  const guide = readFileSync(`${root}docs/guides/troubleshooting.md`, 'utf8');
  const listed = Array.from(guide.matchAll(/^\| `(\w+)`/gmu), ([, name]) => name);
  expect(new Set(listed)).toEqual(new Set(declared));
});
