import { expect, it } from 'vitest';
import {
  abortSignal,
  callback,
  checkArgument,
  checkOptions,
  flag,
  InvalidArgumentError,
  nested,
  oneOf,
  oneOrMany,
  otherOptions,
  required,
  text,
  whole,
  type Rules,
} from './index.ts';

interface Options {
  readonly topK?: number | undefined;
  readonly pooling?: 'mean' | 'cls' | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (() => void) | undefined;
  readonly earlyExit?: { readonly patience: number } | undefined;
  readonly normalize?: boolean | undefined;
}

const rules: Rules<Options> = {
  topK: whole(1),
  pooling: oneOf(['mean', 'cls']),
  signal: abortSignal,
  onProgress: callback,
  earlyExit: nested({ patience: whole(1) }, '{ patience: a whole number from 1 on }'),
  normalize: flag,
};

const check = (options: unknown) => () => checkOptions(options as Options, rules);

it('accepts values that follow their rules, and options that are left out', () => {
  const { signal } = new AbortController();
  expect(check(undefined)).not.toThrow();
  expect(check({})).not.toThrow();
  expect(check({ topK: undefined, pooling: 'cls', signal, onProgress: () => undefined })).not.toThrow();
  expect(check({ topK: 1, earlyExit: { patience: 3 }, normalize: false })).not.toThrow();
});

it.each([
  [{ topK: 0 }, 'topK is 0. Expected a whole number from 1 on'],
  [{ topK: -1 }, 'topK is -1'],
  [{ topK: 1.5 }, 'topK is 1.5'],
  [{ topK: NaN }, 'topK is NaN'],
  [{ topK: '3' }, 'topK is "3"'],
  [{ pooling: 'max' }, 'pooling is "max". Expected one of "mean", "cls"'],
  [{ signal: {} }, 'signal is {}. Expected an AbortSignal'],
  [{ onProgress: 3 }, 'onProgress is 3. Expected a function'],
  [{ earlyExit: { patience: 0 } }, 'earlyExit is {"patience":0}'],
  [{ earlyExit: { patience: 1, more: 2 } }, 'earlyExit is'],
  [{ normalize: null }, 'normalize is null'],
  ['mean', 'The options are "mean"'],
  [['mean'], 'The options are ["mean"]'],
  [null, 'The options are null'],
])('rejects %j', (options, message) => {
  expect(check(options)).toThrow(InvalidArgumentError);
  expect(check(options)).toThrow(message);
});

it.each([
  ['topk', 'topK'],
  ['top_k', 'topK'],
  ['poolng', 'pooling'],
  ['normalise', 'normalize'],
  ['on_progress', 'onProgress'],
])('suggests which option %s may have meant', (name, meant) => {
  expect(check({ [name]: 1 })).toThrow(`There is no option "${name}"`);
  expect(check({ [name]: 1 })).toThrow(`Did you mean "${meant}"?`);
});

it('suggests nothing for a name that is unlike any option', () => {
  expect(check({ temperature: 1 })).toThrow(/Expected topK, pooling, .*Leave it out/u);
  expect(check({ toString: 1 })).toThrow('There is no option "toString"');
});

it('checks arguments', () => {
  const checkTexts = (value: unknown) => () => checkArgument('texts', value, oneOrMany(text));
  expect(checkTexts('a')).not.toThrow();
  expect(checkTexts(['a', 'b'])).not.toThrow();
  expect(checkTexts([])).not.toThrow();
  for (const value of [' ', null, undefined, 3, ['a', ''], [null], [['a']], { length: 0 }])
    expect(checkTexts(value)).toThrow(InvalidArgumentError);
  expect(checkTexts(['a', 'b', null])).toThrow('texts[2] is null. Expected a text');
  const circular: { self?: unknown } = {};
  circular.self = circular;
  expect(checkTexts(circular)).toThrow('an object that cannot be shown');
});

it.each([
  [Promise.resolve('a'), 'texts is a promise, which lacks an await'],
  [[Promise.resolve('a')], 'texts[0] is a promise, which lacks an await'],
  [new Set(['a']), 'texts is an object of class Set'],
  [new Uint8Array(1), 'texts is an object of class Uint8Array'],
  [new Blob(), 'texts is an object of class Blob'],
  [{ text: 'a' }, 'texts is {"text":"a"}'],
])('names what JSON would not show: %o', (value, message) => {
  expect(() => checkArgument('texts', value, oneOrMany(text))).toThrow(message);
});

it('counts a hole in a list as a member, which must follow the rule too', () => {
  const texts: unknown[] = ['', 'a'];
  Reflect.deleteProperty(texts, 0);
  expect(() => checkArgument('texts', texts, oneOrMany(text))).toThrow(/texts\[0\] is undefined/u);
});

it('has a largest whole number, if one is given', () => {
  const most = whole(1, 128);
  expect([most.accepts(128), most.accepts(129), most.expected]).toEqual([true, false, 'a whole number from 1 to 128']);
});

it.each([
  [undefined, 'topK is undefined. Expected a whole number from 1 on. Pass it as an option.'],
  [{}, 'topK is undefined'],
  [{ topK: undefined }, 'topK is undefined'],
  [{ topK: 0 }, 'topK is 0'],
  [null, 'The options are null'],
])('rejects %j if an option is required', (options, message) => {
  const needing = { topK: required(whole(1)), normalize: flag };
  expect(() => checkOptions(options as object, needing)).toThrow(message);
  expect(() => checkOptions({ topK: 1 }, needing)).not.toThrow();
});

it('leaves options that are passed on to their own rule', () => {
  const passing = { topK: whole(1), [otherOptions]: flag };
  expect(() => checkOptions({ more: true, toString: false }, passing)).not.toThrow();
  expect(() => checkOptions({ more: 3 }, passing)).toThrow('more is 3');
  expect(() => checkOptions({ topK: true }, passing)).toThrow('topK is true');
});
