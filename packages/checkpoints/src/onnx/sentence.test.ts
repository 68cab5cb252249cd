import { readConfig } from '@albert-web/core';
import { fixtureUrl, maxAbsDiff, readFixtureJson, seededRandom } from '@albert-web/testing';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { openModel } from '../files/open.ts';
import { loadCheckpoint } from '../load.ts';
import { weightReader } from '../reader.ts';
import { writeSafetensors } from '../safetensors/write.ts';
import { filesInMemory, randomCheckpoint } from '../testing/checkpoints.ts';
import { exportOnnx } from './export.ts';
import { readSentenceModules } from '../sentence/modules.ts';
import { SentenceModuleError } from '../errors.ts';

const utf8 = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const dense = randomCheckpoint({ 'linear.weight': [5, 64], 'linear.bias': [5] });

/** Makes the files of a sentence encoder, except for the encoder. */
function sentenceFiles(pooling: string, activation = 'torch.nn.modules.activation.Tanh') {
  const types = ['Transformer', 'Pooling', 'Dense', 'Normalize'];
  return filesInMemory({
    'modules.json': utf8(
      types.map((type, idx) => ({ idx, path: `${idx}_${type}`, type: `sentence_transformers.models.${type}` })),
    ),
    '1_Pooling/config.json': utf8({
      word_embedding_dimension: 64,
      [`pooling_mode_${pooling}`]: true,
      pooling_mode_other: false,
    }),
    '2_Dense/config.json': utf8({ in_features: 64, out_features: 5, activation_function: activation }),
    '2_Dense/model.safetensors': writeSafetensors(dense),
  });
}

/** The definition, in plain loops: pooling, tanh(W x + b), division by the length. */
function embed(hidden: readonly number[][], mask: readonly number[], pooling: string): number[] {
  const rows = hidden.filter((_, i) => mask[i] === 1);
  const columns = hidden[0]?.map((_, column) => rows.map((row) => row[column] ?? NaN)) ?? [];
  const pooled =
    pooling === 'cls_token'
      ? (hidden[0] ?? [])
      : columns.map((column) =>
          pooling === 'max_tokens'
            ? Math.max(...column)
            : column.reduce((sum, value) => sum + value, 0) / column.length,
        );
  const reader = weightReader(dense);
  const [weight, bias] = [reader.float32('linear.weight'), reader.float32('linear.bias')];
  const y = Array.from(bias, (bias, row) =>
    Math.tanh(pooled.reduce((sum, value, i) => sum + value * (weight[row * 64 + i] ?? NaN), bias)),
  );
  const length = Math.hypot(...y);
  return y.map((value) => value / length);
}

describe('exportOnnx of a sentence encoder', () => {
  it.each(['cls_token', 'mean_tokens', 'max_tokens'])('pools by %s, then dense and normalize', async (pooling) => {
    const config = readConfig(await readFixtureJson('models/default-base/config.json'));
    const weights = weightReader(await loadCheckpoint(await openModel(fixtureUrl('models/default-base'))));
    const sentence = await readSentenceModules(sentenceFiles(pooling));
    const session = await ort.InferenceSession.create(
      exportOnnx({ config, head: 'encoder', weights, precision: 'f32', sentence }),
    );
    const random = seededRandom(2);
    const mask = [1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1];
    const ids = mask.map(() => random.integer(0, config.vocab_size));
    const tensor = (values: number[]) => new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [2, 6]);
    const outputs = await session.run({
      input_ids: tensor(ids),
      attention_mask: tensor(mask),
      token_type_ids: tensor(mask.map(() => 0)),
    });
    const hidden = Array.from(outputs['last_hidden_state']?.data as Float32Array);
    const row = (index: number) => hidden.slice(index * 64, (index + 1) * 64);
    const expected = [0, 1].flatMap((batch) =>
      embed(
        [0, 1, 2, 3, 4, 5].map((i) => row(batch * 6 + i)),
        mask.slice(batch * 6, batch * 6 + 6),
        pooling,
      ),
    );
    expect(maxAbsDiff(outputs['sentence_embedding']?.data as Float32Array, expected)).toBeLessThan(1e-5);
    await session.release();
  });

  it('finds no modules in a plain model, and rejects unknown ones', async () => {
    expect(await readSentenceModules(filesInMemory({}))).toBeUndefined();
    await expect(readSentenceModules(sentenceFiles('median_tokens'))).rejects.toThrow(SentenceModuleError);
    await expect(readSentenceModules(sentenceFiles('mean_tokens', 'torch.nn.ELU'))).rejects.toThrow(
      SentenceModuleError,
    );
  });
});
