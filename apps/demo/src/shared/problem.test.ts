import { AlbertError } from '@albert-web/errors';
import { expect, describe, it } from 'vitest';
import { isTable, linkOf, openedFolder, type ModelChoice } from '../models/model-choice.ts';
import { NotAModelError } from '../models/errors.ts';
import { explain } from '../models/notice.ts';
import * as albert from 'albert-web';
import { PageError } from './errors.ts';
import { problemKinds, problemOf, reasonText } from './problem.ts';

/** Creates an error like those from the worker, which have a name but not their own class. */
function named(name: string): Error {
  return Object.assign(new AlbertError({ problem: `What ${name} says`, remedy: 'Try again' }), { name });
}

const choice = (location: ModelChoice['location']): ModelChoice => ({
  name: 'a model',
  location,
  backend: 'auto',
  precision: 'auto',
});
const file = new File(['x'], 'config.json');

describe('a problem', () => {
  it('has a plain sentence as its title, and the name of the error', () => {
    expect(problemOf(named('MissingFileError'), 'Otherwise.')).toEqual({
      title: 'A file of this model was not found.',
      text: 'What MissingFileError says. Try again.',
      original: '',
      name: 'MissingFileError',
    });
    expect(problemOf(named('RareError'), 'Otherwise.')).toMatchObject({ title: 'Otherwise.', name: 'RareError' });
    expect(problemOf(new Error('no'), 'Otherwise.')).toEqual({
      title: 'Otherwise.',
      text: 'no',
      original: '',
      name: '',
    });
  });

  it('has a title for each of the library’s errors', () => {
    const errors = Object.keys(albert).filter((name) => name.endsWith('Error') && name !== 'AlbertError');
    expect(errors.length).toBeGreaterThan(30);
    expect(errors.filter((name) => !Object.hasOwn(problemKinds, name))).toEqual([]);
  });

  it('of the page itself is shown with its own message', () => {
    const error = new PageError('Not kept.', { problem: 'No room', remedy: 'Make some' });
    expect(problemOf(error, 'Otherwise.')).toEqual({
      title: 'Not kept.',
      text: 'No room. Make some.',
      original: '',
      name: '',
    });
  });

  it('uses the library’s message in English', () => {
    expect(reasonText({ code: 'missing' })).toBeUndefined();
  });

  it.each([
    ['a fetch that failed', 'ReadError', 'org/name', true],
    ['the page’s own model', 'ReadError', new URL('https://example.org/weights/default/'), true],
    ['a damaged model', 'SafetensorsError', 'org/name', false],
    ['a folder of this machine', 'ReadError', [file], false],
    ['a kept model', 'ReadError', 'kept:mine', false],
  ])('without a network is attributed to that only if it is the reason: %s', (_, error, location, isOffline) => {
    const failed = { choice: choice(location), error: named(error), wasReady: false };
    expect(explain(failed, false).title.startsWith('You are offline')).toBe(isOffline);
    expect(explain(failed, true).title).not.toContain('offline');
  });
});

it('a stopped model is reported as such, even without a network', () => {
  const failed = { choice: choice('org/name'), error: named('ReadError'), wasReady: true };
  expect(explain(failed, false)).toMatchObject({
    title: 'The model has stopped.',
    text: expect.stringContaining('is kept') as string,
    original: 'What ReadError says. Try again.',
  });
});

describe('opened files', () => {
  const files = (...names: string[]): File[] =>
    names.map((name) => Object.defineProperty(new File(['x'], name), 'webkitRelativePath', { value: '' }));

  it.each([[files('pairs.csv', 'notes.txt')], [files('photo.jpg')], [files('spiece.model')]])(
    'are rejected as a model without a configuration and weights',
    (opened) => expect(() => openedFolder(opened)).toThrow(NotAModelError),
  );

  it('are accepted as a model with either, so that the missing file can be named', () => {
    expect(openedFolder(files('config.json')).name).toBe('Dropped files');
    expect(openedFolder(files('model.safetensors', 'vocab.txt')).location).toHaveLength(2);
  });

  it('are recognized as a table', () => {
    expect([files('pairs.csv'), files('a.TSV'), files('vocab.txt', 'b.csv'), []].map(isTable)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('are not included in a link', () => {
    expect(linkOf(choice([file]))).toEqual({ model: undefined, backend: undefined, precision: undefined });
    expect(linkOf({ ...choice('org/name'), backend: 'wasm' })).toMatchObject({ model: 'org/name', backend: 'wasm' });
  });
});
