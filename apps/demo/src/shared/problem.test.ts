import { AlbertError } from '@albert-web/errors';
import { expect, describe, it } from 'vitest';
import { isTable, linkOf, NotAModelError, openedFolder, type ModelChoice } from '../models/model-choice.ts';
import { explain } from '../models/notice.ts';
import { problemOf } from './problem.ts';

/** As the worker hands it over: no class of its own, but its name. */
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
  it('has a plain sentence for its title, and the name of the error beside it', () => {
    expect(problemOf(named('MissingFileError'), 'Otherwise.')).toEqual({
      title: 'A file of this model was not found.',
      text: 'What MissingFileError says. Try again.',
      name: 'MissingFileError',
    });
    expect(problemOf(named('RareError'), 'Otherwise.')).toMatchObject({ title: 'Otherwise.', name: 'RareError' });
    expect(problemOf(new Error('no'), 'Otherwise.')).toEqual({ title: 'Otherwise.', text: 'no', name: '' });
  });

  it.each([
    ['a fetch that failed', 'ReadError', 'org/name', true],
    ['the page’s own model', 'ReadError', new URL('https://example.org/weights/default/'), true],
    ['a damaged model', 'SafetensorsError', 'org/name', false],
    ['a folder of this machine', 'ReadError', [file], false],
    ['a kept model', 'ReadError', 'kept:mine', false],
  ])('without a network is laid to that only when it is: %s', (_, error, location, isOffline) => {
    const failed = { choice: choice(location), error: named(error) };
    expect(explain(failed, false).title.startsWith('You are offline')).toBe(isOffline);
    expect(explain(failed, true).title).not.toContain('offline');
  });
});

describe('files that are opened', () => {
  const files = (...names: string[]): File[] =>
    names.map((name) => Object.defineProperty(new File(['x'], name), 'webkitRelativePath', { value: '' }));

  it.each([[files('pairs.csv', 'notes.txt')], [files('photo.jpg')], [files('spiece.model')]])(
    'are refused as a model without a configuration and without weights',
    (opened) => expect(() => openedFolder(opened)).toThrow(NotAModelError),
  );

  it('are a model with either, so that what is missing can be named', () => {
    expect(openedFolder(files('config.json')).name).toBe('Dropped files');
    expect(openedFolder(files('model.safetensors', 'vocab.txt')).location).toHaveLength(2);
  });

  it('are a table when they are one', () => {
    expect([files('pairs.csv'), files('a.TSV'), files('vocab.txt', 'b.csv'), []].map(isTable)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('go into no link', () => {
    expect(linkOf(choice([file]))).toEqual({ model: undefined, backend: undefined, precision: undefined });
    expect(linkOf({ ...choice('org/name'), backend: 'wasm' })).toMatchObject({ model: 'org/name', backend: 'wasm' });
  });
});
