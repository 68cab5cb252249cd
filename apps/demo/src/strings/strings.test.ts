import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { bestLanguage, languages } from './index.ts';
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

it('a language is the first of those asked for that the page has', () => {
  expect(bestLanguage(['fr-CH', 'de-AT', 'en'])).toBe('de');
  expect(bestLanguage(['constructor', 'ja'])).toBe('en');
});

it('the built page is in English, with quotes and angle brackets escaped', () => {
  expect(fillHtml('<p data-text="tabs.list"></p>', en)).toBe('<p data-text="tabs.list">A list</p>');
  const odd = { ...en, tabs: { ...en.tabs, list: '<"&' } };
  expect(fillHtml('<a data-label="tabs.list">', odd)).toBe('<a data-label="tabs.list" aria-label="&lt;&quot;&amp;">');
  expect(() => fillHtml('<p data-text="no.such"></p>', en)).toThrow(TypeError);
});
