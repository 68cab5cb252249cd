/** A device that is lost during a call. A fake backend stands in for a GPU. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { DeviceLostError } from '@albert-web/backends';
import { composeExecutor, createPlainExecutor, headOf, readConfig } from '@albert-web/core';
import { readGoldenModel } from '@albert-web/testing';
import { messageOf } from '@albert-web/errors';
import { loadTokenizer } from '@albert-web/tokenizer';
import { describe, expect, it } from 'vitest';
import { NonFiniteOutputError, PrecisionWarning } from '../errors.ts';
import type { Inference } from './open.ts';
import { Session } from './session.ts';

const lost = new DeviceLostError({ problem: 'The GPU device was lost', remedy: 'Load the model again' });
const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'one', 'two'].join('\n');

/** @param losses how many of the next passes lose the device */
async function open(losses: { left: number }): Promise<Inference> {
  await tf.setBackend('cpu');
  const { config: json, weights } = await readGoldenModel('default-sequence');
  const config = readConfig(json);
  const head = headOf(config);
  const guard = <T>(work: Promise<T>): Promise<T> => (losses.left-- > 0 ? Promise.reject(lost) : work);
  return {
    config,
    head,
    executor: composeExecutor(config, head, weights, createPlainExecutor(config, weights), { guard }),
    backend: {
      chosen: 'cpu',
      precision: 'f32',
      started: { description: 'a GPU that goes', precisions: ['f32'], createExecutor: () => Promise.reject(lost) },
      rejected: [],
    },
    notes: [],
    sentence: undefined,
    maxLength: 16,
  };
}

/** @param losses how often the first model loses its device; `renew` opens the next models */
async function startSession(losses: number, renew?: () => Promise<Inference>): Promise<Session> {
  return new Session(loadTokenizer({ 'vocab.txt': vocabulary }), await open({ left: losses }), { renew });
}

describe('a lost device', () => {
  it('is replaced, and the call succeeds as if nothing had happened', async () => {
    await tf.setBackend('cpu');
    const { numTensors } = tf.memory();
    const whole = await startSession(0);
    const [expected] = await whole.run(['one two']);
    await whole.dispose();
    const session = await startSession(1, () => open({ left: 0 }));
    const [result] = await session.run(['one two']);
    expect(result?.outputs).toEqual(expected?.outputs);
    await session.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('is requested again by the next call if it could not be replaced at once', async () => {
    const { numTensors } = tf.memory();
    let offline = true;
    const session = await startSession(1, () => {
      if (!offline) return open({ left: 0 });
      offline = false;
      return Promise.reject(new TypeError('Failed to fetch'));
    });
    await expect(session.run(['one two'])).rejects.toThrow('Failed to fetch');
    expect(await session.run(['one two'])).toHaveLength(1);
    await session.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('is reported with a named error if it is lost again, or if there is no renew', async () => {
    const again = await startSession(1, () => open({ left: 1 }));
    await expect(again.run(['one two'])).rejects.toThrow(DeviceLostError);
    await again.dispose();
    const reported = await startSession(1);
    await expect(reported.run(['one two'])).rejects.toThrow(DeviceLostError);
    expect(await reported.run(['one two'])).toHaveLength(1);
    await reported.dispose();
  });
});

describe('a call that overflows', () => {
  /** A model in q8 whose outputs are NaN. */
  async function broken(): Promise<Inference> {
    const whole = await open({ left: 0 });
    const { executor } = whole;
    return {
      ...whole,
      executor: {
        ...executor,
        backend: executor.backend,
        precision: 'q8',
        memoryBytes: 0,
        async run(inputs, request) {
          const result = await executor.run(inputs, request);
          for (const { values } of Object.values(result.outputs)) values[0] = NaN;
          return result;
        },
        walk: (inputs, request) => executor.walk(inputs, request),
        dispose: () => executor.dispose(),
      },
    };
  }

  it('is repeated in f32, and the model stays in f32', async () => {
    const asked: unknown[] = [];
    const warnings: unknown[] = [];
    const renew = async (moved?: PrecisionWarning): Promise<Inference> => {
      asked.push(moved);
      return open({ left: 0 });
    };
    const session = new Session(loadTokenizer({ 'vocab.txt': vocabulary }), await broken(), {
      renew,
      onWarning: (warning) => warnings.push(warning),
    });
    const [result] = await session.run(['one two']);
    expect(result?.outputs['logits']?.values.every(Number.isFinite)).toBe(true);
    await session.run(['two']);
    expect(asked).toEqual([expect.any(PrecisionWarning)]);
    expect(warnings).toEqual(asked);
    expect(messageOf(warnings[0])).toContain('q8');
    await session.dispose();
  });

  it('fails with a named error if there is no renew', async () => {
    const session = new Session(loadTokenizer({ 'vocab.txt': vocabulary }), await broken());
    await expect(session.run(['one two'])).rejects.toThrow(NonFiniteOutputError);
    await session.dispose();
  });
});
