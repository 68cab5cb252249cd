import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addModelOptions } from './model-options.ts';

const parse = (threads: string): Command => {
  const command = new Command('x').exitOverride().configureOutput({ writeErr: () => undefined });
  return addModelOptions(command).parse(['--threads', threads], { from: 'user' });
};

it('accepts a number of threads', () => {
  expect(parse('2').opts()).toMatchObject({ threads: 2 });
});

it.each(['abc', '0', '-1', '1.5', '', 'NaN', 'Infinity'])(
  'rejects --threads "%s" with the name of the option',
  (threads) => {
    expect(() => parse(threads)).toThrow(/--threads.*a whole number of at least 1/su);
  },
);
