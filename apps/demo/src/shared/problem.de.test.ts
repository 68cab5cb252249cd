/** Problems on a page whose language is not the library's. */
import { TrainingDataError } from '@albert-web/training';
import { AlbertError } from '@albert-web/errors';
import { expect, it, vi } from 'vitest';
import { de } from '../strings/de.ts';
import { PageError } from './errors.ts';
import { problemOf, reasonText } from './problem.ts';

vi.mock('../strings/index.ts', async () => ({ language: 'de', text: (await import('../strings/de.ts')).de }));

it('have a title and a remedy in the page’s language, and the library’s message marked as English', () => {
  const error = Object.assign(new AlbertError({ problem: 'No vocab.txt', remedy: 'Add it' }), {
    name: 'MissingFileError',
  });
  expect(problemOf(error, 'Sonst.')).toEqual({
    title: de.problems.missingFile,
    text: de.library?.remedies.missingFile,
    original: 'No vocab.txt. Add it.',
    name: 'MissingFileError',
  });
});

it('have only the library’s message if they are unexpected', () => {
  expect(problemOf(new TypeError('odd'), 'Sonst.')).toEqual({
    title: 'Sonst.',
    text: '',
    original: 'odd',
    name: 'TypeError',
  });
});

it('are translated by the code of their reason, whatever the message', () => {
  const error = new TrainingDataError({
    problem: 'x',
    remedy: 'y',
    reason: { code: 'many-labels', column: 'Id', labels: 2400, most: 20 },
  });
  const { text, original } = problemOf(error, 'Sonst.');
  expect(text).toContain('„Id“ hat 2.400 verschiedene Labels, höchstens 20');
  expect(original).toBe('');
});

it('of backends are translated by their codes; for an unknown code the library’s message is used', () => {
  expect(reasonText({ code: 'timeout', milliseconds: 5500 } as { code: string })).toContain('5,5\u00A0s');
  expect(reasonText({ code: 'toString' })).toBeUndefined();
  expect(reasonText(undefined)).toBeUndefined();
});

it('of the page itself do not need a translation', () => {
  const error = new PageError('Nicht behalten.', { problem: 'Kein Platz', remedy: 'Schaffen Sie welchen' });
  expect(problemOf(error, '').text).toBe('Kein Platz. Schaffen Sie welchen.');
});
