import { expect, it } from 'vitest';
import { visibleText } from './visible-text.ts';

it.each([
  ['mark of direction', '\u202E'],
  ['isolate', '\u2066'],
  ['space of zero width', '\u200B'],
  ['joiner', '\u200D'],
  ['soft hyphen', '\u00AD'],
  ['byte order mark', '\uFEFF'],
  ['selector of variants', '\uFE0F'],
  ['word joiner', '\u2060'],
  ['tag', '\u{E0061}'],
])('a %s is left out, wherever it stands', (_, invisible) => {
  const text = 'The cat sleeps. 12';
  for (let at = 0; at <= text.length; at++) {
    expect(visibleText(text.slice(0, at) + invisible + text.slice(at))).toBe(text);
  }
});

it.each(['می\u200Cخواهم', 'क्\u200Dष', 'แมว\u200Bนอน', '👩\u200D👧', 'two  words\nand a line', 'naïve café'])(
  'what means something stays: %s',
  (text) => {
    expect(visibleText(text)).toBe(text);
  },
);
