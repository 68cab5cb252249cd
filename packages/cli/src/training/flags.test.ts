import { InvalidArgumentError } from '@albert-web/errors';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  addFlags,
  checkedOption,
  choice,
  ignored,
  integer,
  readFlags,
  real,
  refused,
  required,
  text,
  toggle,
} from './flags.ts';

const table = {
  data_dir: text('folder'),
  do_train: toggle('train', false),
  train_step: integer('steps', 1000, 1),
  learning_rate: real('rate', 5e-5),
  optimizer: choice('rule', ['adamw', 'lamb'], 'adamw'),
  num_tpu_cores: ignored('only for TPUs'),
  use_tpu: refused('TPUs are not supported'),
} as const;

function parse(...args: string[]) {
  const command = addFlags(new Command('x').exitOverride().configureOutput({ writeErr: () => undefined }), table);
  return readFlags(table, command.parse(args, { from: 'user' }).opts());
}

describe('spelling of the original', () => {
  it('accepts --flag=value, --flag value, and booleans with and without a value', () => {
    expect(parse('--do_train=True', '--train_step', '800', '--learning_rate=2e-5').do_train).toBe(true);
    expect(parse('--do_train').do_train).toBe(true);
    expect(parse('--do_train=False').do_train).toBe(false);
    expect(parse('--train_step', '800').train_step).toBe(800);
    expect(parse('--optimizer=LAMB').optimizer).toBe('lamb');
  });

  it('has the defaults', () => {
    expect(parse()).toMatchObject({ do_train: false, train_step: 1000, learning_rate: 5e-5, optimizer: 'adamw' });
    expect(parse().data_dir).toBeUndefined();
  });

  it('accepts flags without effect, and rejects unsupported ones with the reason', () => {
    expect(() => parse('--num_tpu_cores=8', '--use_tpu=False')).not.toThrow();
    expect(() => parse('--use_tpu=True')).toThrow(/TPUs are not supported/u);
  });

  it.each([
    ['--train_step=0'],
    ['--train_step=many'],
    ['--learning_rate=fast'],
    ['--do_train=maybe'],
    ['--optimizer=sgd'],
  ])('%s is a named error', (flag) => {
    expect(() => parse(flag)).toThrow(InvalidArgumentError);
  });

  it('rejects an unknown flag, and names a missing one', () => {
    expect(() => parse('--traim_step=5')).toThrow(/unknown option/u);
    expect(() => required(undefined, 'data_dir')).toThrow(/--data_dir is missing/u);
  });
});

it("checks a command's own option like a flag", () => {
  const limit = checkedOption('--limit <n>', integer('pairs', undefined, 1));
  const parse = (value: string): unknown =>
    new Command('x').addOption(limit).parse(['--limit', value], { from: 'user' }).opts();
  expect(parse('12')).toEqual({ limit: 12 });
  for (const value of ['x', '0', '1.5', '']) expect(() => parse(value)).toThrow(`--limit is ${JSON.stringify(value)}`);
});
