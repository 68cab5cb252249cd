import { useBackendUnderTest } from '@albert-web/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { meanCrossEntropy, predictChoices, predictClassifier, predictSpans } from './evaluate.ts';
import type { Predictor } from './predictor.ts';
import type { SquadFeature } from './squad/features.ts';

beforeAll(useBackendUnderTest);

/** Creates a predictor whose logits are the ids of its input, and a list of the lengths of its batches. */
function echo(): { predictor: Predictor; widths: number[] } {
  const widths: number[] = [];
  const predictor: Predictor = {
    predict: ({ inputs, targets }) =>
      tf.tidy((): Record<string, tf.Tensor> => {
        const ids = inputs.inputIds.map((row) => Array.from(row));
        widths.push(ids[0]?.length ?? 0);
        const firsts = ids.map(([first = -1]) => first);
        if (targets.kind === 'span') return { start_logits: tf.tensor(ids), end_logits: tf.neg(tf.tensor(ids)) };
        if (targets.kind === 'choice') return { logits: tf.tensor(firsts, [firsts.length / 4, 4]) };
        return { logits: tf.stack([tf.tensor(firsts), tf.neg(tf.tensor(firsts))], 1) };
      }),
  };
  return { predictor, widths };
}

const sequence = (first: number, length: number): { ids: number[]; typeIds: number[] } => ({
  ids: Array.from({ length }, (_, place) => first + place),
  typeIds: Array.from<number>({ length }).fill(0),
});

describe('rows', () => {
  it('are returned in their original order, though they are sorted by length', async () => {
    const { predictor, widths } = echo();
    const features = [9, 2, 7, 3, 5].map((length, index) => ({ ...sequence(10 * (index + 1), length), label: 0 }));
    const before = tf.memory().numTensors;
    expect(await predictClassifier(predictor, features, 2)).toEqual([10, 20, 30, 40, 50].map((id) => [id, -id]));
    expect(widths).toEqual([3, 7, 9]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('of questions have one value per option', async () => {
    const { predictor } = echo();
    const features = [6, 4].map((length, question) => ({
      options: [0, 1, 2, 3].map((option) => sequence(100 * question + option, length)),
      answer: 0,
    }));
    expect(await predictChoices(predictor, features, 1)).toEqual([
      [0, 1, 2, 3],
      [100, 101, 102, 103],
    ]);
  });

  it('of windows are as long as their window', async () => {
    const { predictor } = echo();
    const features = [4, 2].map((length, index): SquadFeature => {
      return {
        ...sequence(10 * (index + 1), length),
        example: index,
        contextStart: 1,
        offsets: [],
        isMaxContext: [],
        start: 0,
        end: 0,
      };
    });
    expect(await predictSpans(predictor, features, 8)).toEqual([
      { start: [10, 11, 12, 13], end: [-10, -11, -12, -13] },
      { start: [20, 21], end: [-20, -21] },
    ]);
  });
});

describe('cross entropy', () => {
  it('is the mean of -log softmax', () => {
    expect(
      meanCrossEntropy(
        [
          [0, 0],
          [Math.log(3), 0],
        ],
        [0, 1],
      ),
    ).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 12);
  });

  it('stays finite for extremely wrong logits, and is NaN for an invalid label', () => {
    expect(meanCrossEntropy([[2000, -2000]], [1])).toBe(4000);
    expect(meanCrossEntropy([[0, 1]], [2])).toBeNaN();
  });
});
