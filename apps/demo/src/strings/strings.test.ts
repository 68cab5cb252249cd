import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { bestLanguage, languages } from './index.ts';
import type { KnownReason } from './library-words.ts';
import { fillHtml, textAttributes, textNamed } from './page-text.ts';

const html = await readFile(path.join(import.meta.dirname, '../../index.html'), 'utf8');

describe.each(Object.entries(languages))('%s', (_, { strings }) => {
  it('has every text that the page names', () => {
    const names = ['data-text', ...Object.keys(textAttributes)].flatMap((attribute) =>
      Array.from(html.matchAll(new RegExp(`${attribute}="([\\w.]+)"`, 'gu')), ([, name]) => name ?? ''),
    );
    expect(names.length).toBeGreaterThan(100);
    for (const name of names) expect(textNamed(strings, name)).not.toBe('');
  });
});

/** Returns all texts by their dotted names. The text of a function is its source. */
function leaves(strings: object, prefix = ''): [name: string, text: string][] {
  return Object.entries(strings).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? leaves(value as object, `${prefix}${key}.`)
      : [[`${prefix}${key}`, String(value)] as [string, string]],
  );
}

it('German has all texts in German', () => {
  const german = new Map(leaves(languages.de.strings));
  const alike = leaves(en).filter(([name, text]) => german.get(name) === text && /[a-z]{3}/u.test(text));
  // Words that are the same in both languages.
  const common = ['online', 'Windows-1252 (Latin-1)', 'Text', 'Label', 'Training,', 'Name', 'Backend', 'Threads'];
  expect(alike.filter(([, text]) => !common.includes(text))).toEqual([]);
});

/** An example of each reason, with the names that it contains. */
const reasons: { readonly [Code in KnownReason['code']]: Omit<Extract<KnownReason, { readonly code: Code }>, 'code'> } =
  {
    missing: {},
    'not-loaded': { file: 'plain.wasm' },
    'no-adapter': {},
    refused: {},
    emulated: { device: 'SwiftShader' },
    timeout: { milliseconds: 5500 },
    'wrong-numbers': { device: 'Mali' },
    precision: { wanted: 'f16', available: ['f32', 'q8'] },
    'not-isolated': {},
    'no-shared-memory': {},
    'threads-failed': {},
    'weights-overflow': { precision: 'f16' },
    'call-overflowed': { precision: 'q8' },
    'scores-too-far-apart': { precision: 'q8' },
    requantized: { file: 'model.onnx', tensors: ['a.weight', 'b.weight'] },
    'unused-head': { file: 'model.safetensors', classes: ['AlbertForSequenceClassification'] },
    'unnamed-classes': { same: 'LABEL_1' },
    'one-column': {},
    'same-column': { column: 'Id' },
    'many-labels': { column: 'Id', labels: 2400, most: 20 },
    'rare-label': { label: 'odd' },
    'one-label': {},
    'no-examples': {},
  };

describe.each(
  Object.entries(languages).flatMap(([name, { strings }]) =>
    strings.library ? [[name, strings.library] as const] : [],
  ),
)('%s translates what the library says in English', (_, { reasons: sayings }) => {
  it.each(Object.entries(reasons))('%s', (code, named) => {
    const saying = sayings[code as KnownReason['code']] as (reason: object) => string;
    const said = saying({ code, ...named });
    expect(said).toMatch(/\p{L}.*[.}]$/u);
    expect(said).not.toMatch(/undefined|NaN|\[object/u);
    // In every language, the text contains the names that users need to act.
    for (const value of Object.values(named)) if (typeof value === 'string') expect(said).toContain(value);
  });
});

it('a third language needs only one file: neither the page nor its scripts contain other texts', async () => {
  const bracketed = JSON.parse(JSON.stringify(en), (_, value: unknown) =>
    typeof value === 'string' ? `[${value}]` : value,
  ) as typeof en;
  const words = fillHtml(html, bracketed)
    .replaceAll(/<[^>]*>/gu, '\n')
    .split('\n')
    .filter((line) => /\p{L}/u.test(line));
  expect(words.length).toBeGreaterThan(100);
  expect(words.filter((text) => !/^\s*\[.*\]\s*$/u.test(text))).toEqual([]);
  const attributes = Array.from(
    html.matchAll(/\s(?:aria-label|placeholder|title|alt)="([^"]*)"/gu),
    ([, text]) => text,
  );
  expect(attributes).toEqual([]);

  const folder = path.join(import.meta.dirname, '..');
  const sources = (await readdir(folder, { recursive: true })).filter(
    (file) =>
      file.endsWith('.ts') &&
      // Texts in English that are input for the models.
      !/strings|\.test\.ts$|examples?\.ts$|task-forms\.ts$/u.test(file),
  );
  expect(sources.length).toBeGreaterThan(30);
  for (const file of sources) {
    const source = await readFile(path.join(folder, file), 'utf8');
    const prose = Array.from(source.matchAll(/(['`])[A-Z][a-z]+ [^'`\n]*\1/gu), ([text]) => text);
    expect(prose, file).toEqual([]);
  }
});

it('chooses the first of the wanted languages that the page has', () => {
  expect(bestLanguage(['fr-CH', 'de-AT', 'en'])).toBe('de');
  expect(bestLanguage(['constructor', 'ja'])).toBe('en');
});

it('the built page is in English, with quotes and angle brackets escaped', () => {
  expect(fillHtml('<p data-text="tabs.list"></p>', en)).toBe('<p data-text="tabs.list">A list</p>');
  const odd = { ...en, tabs: { ...en.tabs, list: '<"&' } };
  expect(fillHtml('<a data-label="tabs.list">', odd)).toBe('<a data-label="tabs.list" aria-label="&lt;&quot;&amp;">');
  expect(() => fillHtml('<p data-text="no.such"></p>', en)).toThrow(TypeError);
});
