import { expect, it } from 'vitest';
import { visibleText } from './visible-text.ts';

it.each([
  ['directional mark', '\u202E'],
  ['isolate', '\u2066'],
  ['zero-width space', '\u200B'],
  ['joiner', '\u200D'],
  ['soft hyphen', '\u00AD'],
  ['byte order mark', '\uFEFF'],
  ['variation selector', '\uFE0F'],
  ['word joiner', '\u2060'],
  ['tag', '\u{E0061}'],
])('a %s is removed, wherever it occurs', (_, invisible) => {
  const text = 'The cat sleeps. 12';
  for (let at = 0; at <= text.length; at++) {
    expect(visibleText(text.slice(0, at) + invisible + text.slice(at))).toBe(text);
  }
});

it.each(['می\u200Cخواهم', 'क्\u200Dष', 'แมว\u200Bนอน', '👩\u200D👧', 'two  words\nand a line', 'naïve café'])(
  'meaningful characters are kept: %s',
  (text) => {
    expect(visibleText(text)).toBe(text);
  },
);

it.each([undefined, 3, ['text']])('rejects %j, which is no text', (value) => {
  expect(() => visibleText(value as never)).toThrow('Expected a string');
});
