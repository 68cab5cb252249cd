import { expect, it } from 'vitest';
import {
  AlbertError,
  DisposedError,
  fieldTable,
  ignored,
  InvalidArgumentError,
  messageOf,
  read,
  sameUse,
} from './index.ts';

it('writes one sentence for each part, and ends each with a period', () => {
  const error = new InvalidArgumentError({
    problem: 'topK is 0',
    expected: 'Expected at least 1',
    remedy: 'Raise it.',
  });
  expect(error.message).toBe('topK is 0. Expected at least 1. Raise it.');
  expect(error.name).toBe('InvalidArgumentError');
  expect(error).toBeInstanceOf(AlbertError);
});

it('keeps the cause', () => {
  const cause = new Error('inner');
  expect(new AlbertError({ problem: 'outer', remedy: 'mend it' }, { cause }).cause).toBe(cause);
});

it('names what was disposed', () => {
  expect(new DisposedError('the model').message).toMatch(/^The model was used after dispose\(\)\./u);
});

it('returns the message of whatever was thrown', () => {
  expect(messageOf(new Error('text'))).toBe('text');
  expect(messageOf('text')).toBe('text');
});

it('merges groups of fields, and rejects duplicate names', () => {
  const [used, unused] = [read('the width'), ignored('of another model')];
  expect(fieldTable({ a: used }, sameUse(['b', 'c'], unused))).toEqual({ a: used, b: unused, c: unused });
  expect(() => fieldTable({ a: used }, sameUse(['b', 'a'], unused))).toThrow('has a twice');
  expect(() => sameUse(['a', 'b', 'a'], unused)).toThrow('has a twice');
});
