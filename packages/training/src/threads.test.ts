/** Training on several threads: bit-identical weights, and threads that die or end. */
import { once } from 'node:events';
import type * as threads from 'node:worker_threads';
import { AlbertModel, modelWeights, readConfig, startTfjsWasm } from '@albert-web/core';
import { DisposedError, InvalidArgumentError } from '@albert-web/errors';
import { randomWeights, seededRandom } from '@albert-web/testing';
import { sabotage } from '@albert-web/testing/sabotaged-workers';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TrainingCrashError } from './errors.ts';
import type { TrainingBatch } from './targets.ts';
import { Trainer } from './trainer.ts';

vi.mock('node:worker_threads', async (original) => {
  const { sabotaged } = await import('@albert-web/testing/sabotaged-workers');
  return sabotaged(await original<typeof threads>());
});

/** No dimension is a multiple of the block size, and the products have several blocks. */
const config = readConfig({
  architectures: ['AlbertForSequenceClassification'],
  vocab_size: 60,
  embedding_size: 12,
  hidden_size: 100,
  num_hidden_layers: 2,
  num_attention_heads: 5,
  intermediate_size: 420,
  max_position_embeddings: 64,
  hidden_dropout_prob: 0.1,
  attention_probs_dropout_prob: 0.1,
});

const lengths = [37, 50, 8, 1, 44, 29, 50, 33, 12];

const batch: TrainingBatch = {
  inputs: {
    inputIds: lengths.map((length, row) => padded(length, (column) => 1 + ((row * 7 + column * 3) % 59))),
    attentionMask: lengths.map((length) => padded(length, () => 1)),
    tokenTypeIds: lengths.map((length) => padded(length, (column) => column % 2)),
  },
  targets: { kind: 'classes', classes: lengths.map((_, row) => row % 2) },
};

beforeAll(async () => {
  await import('@tensorflow/tfjs-backend-cpu');
  await startTfjsWasm();
});

it('trains bit-identical weights with one, two and three threads', async () => {
  const [one, ...others] = [
    await weightsAfterTraining(1),
    await weightsAfterTraining(2),
    await weightsAfterTraining(3),
  ];
  for (const other of others) expect(other).toEqual(one);
}, 300_000);

it.each([0, 1.5])('rejects %s threads', async (count) => {
  using model = makeModel();
  await expect(Trainer.create(model, { schedule, threads: count })).rejects.toThrow(InvalidArgumentError);
});

describe('a thread that dies', () => {
  let model: AlbertModel;
  let trainer: Trainer;

  beforeEach(() => {
    model = makeModel();
  });

  afterEach(() => {
    trainer.dispose();
    model.dispose();
    sabotage.serve = '';
    sabotage.workers = [];
  });

  const start = async (serve: string): Promise<void> => {
    sabotage.serve = serve;
    trainer = await Trainer.create(model, { schedule, threads: 2 });
    expect(trainer.threads).toBe(2);
  };

  it('by a trap fails this and every later step with a named error, and changes no weight', async () => {
    await start("Atomics.wait(words, job / 4, 0); throw new WebAssembly.RuntimeError('unreachable');");
    const before = await valuesOf(model);
    await expect(trainer.trainStep(batch)).rejects.toThrow(TrainingCrashError);
    await expect(trainer.trainStep(batch)).rejects.toThrow(/one thread/u);
    expect(await valuesOf(model)).toEqual(before);
    expect(trainer.step).toBe(0);
  });

  it('between steps is noticed in the next step', async () => {
    await start('');
    await trainer.trainStep(batch);
    await sabotage.workers[0]?.terminate();
    await new Promise(setImmediate);
    await expect(trainer.trainStep(batch)).rejects.toThrow(/worker ended/u);
  });

  it('is not left behind by dispose: every worker ends, and no further step runs', async () => {
    await start('');
    await trainer.trainStep(batch);
    const ended = sabotage.workers.map((worker) => once(worker, 'exit'));
    expect(ended).toHaveLength(1);
    trainer.dispose();
    await Promise.all(ended);
    await expect(trainer.trainStep(batch)).rejects.toThrow(DisposedError);
  });
});

const schedule = { learningRate: 1e-2, steps: 5 };

function makeModel(): AlbertModel {
  return AlbertModel.load(config, randomWeights(modelWeights(config), seededRandom(3), 0.1));
}

async function weightsAfterTraining(threads: number): Promise<ReadonlyMap<string, Float32Array>> {
  using model = makeModel();
  const trainer = await Trainer.create(model, { schedule, threads });
  expect(trainer.threads).toBe(threads);
  for (let step = 0; step < 2; step++) await trainer.trainStep(batch);
  trainer.dispose();
  return await valuesOf(model);
}

async function valuesOf(model: AlbertModel): Promise<ReadonlyMap<string, Float32Array>> {
  const values = new Map<string, Float32Array>();
  for (const [name, parameter] of model.parameters) values.set(name, Float32Array.from(await parameter.data()));
  return values;
}

function padded(length: number, value: (column: number) => number): number[] {
  return Array.from({ length: Math.max(...lengths) }, (_, column) => (column < length ? value(column) : 0));
}
