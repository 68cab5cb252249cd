import { modelWeights, readConfig } from '@albert-web/core';
import { fixtureUrl, readFixture } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import { openModel } from '../files/open.ts';
import { parseSafetensors } from '../safetensors/parse.ts';
import { writeBundle } from '../testing/bundle.ts';
import { filesInMemory, randomCheckpoint } from '../testing/checkpoints.ts';
import { convertTensorflow } from './convert.ts';
import { crc32c } from '../crc32.ts';
import { renameVariable } from './names.ts';
import { ConvertError, UnknownTensorError } from '../errors.ts';

const fixture = (file: string) => readFixture(`weights/tensorflow/${file}`);
const utf8 = (text: string) => new TextEncoder().encode(text);

describe('convertTensorflow', () => {
  it('returns the tensors that transformers saved for the same model', async () => {
    const { checkpoint, config, skipped } = await convertTensorflow(await openModel(fixtureUrl('weights/tensorflow')));
    const expected = parseSafetensors(await readFixture('models/default-pretraining/model.safetensors')).tensors;
    expect([...checkpoint.tensors.keys()].sort()).toEqual(
      [...expected.keys()].filter((name) => !name.includes('decoder')).sort(),
    );
    for (const [name, tensor] of checkpoint.tensors) expect(tensor, name).toEqual(expected.get(name));
    expect(skipped.map(({ name }) => name)).toEqual(['global_step']);
    expect(readConfig(config).hidden_act).toBe('gelu_new');
  });

  it('leaves optimizer slots out', async () => {
    const { tensors } = randomCheckpoint({
      'bert/pooler/dense/kernel': [4, 4],
      'bert/pooler/dense/kernel/adam_m': [4, 4],
      'bert/pooler/dense/bias/lamb_v': [4],
      'bert/pooler/dense/bias': [4],
      output_weights: [3, 4],
      output_bias: [3],
      'output_bias/adam_v': [3],
      beta1_power: [],
    });
    const config = '{"hidden_act":"gelu","hidden_size":4,"num_attention_heads":1}';
    const files = filesInMemory({ ...writeBundle([...tensors.values()]), 'albert_config.json': utf8(config) });
    const converted = await convertTensorflow(files);
    expect([...converted.checkpoint.tensors.keys()].sort()).toEqual([
      'albert.pooler.bias',
      'albert.pooler.weight',
      'classifier.bias',
      'classifier.weight',
    ]);
    expect(converted.skipped).toHaveLength(4);
    expect(converted.config).toMatchObject({ hidden_act: 'gelu_new', hidden_size: 4 });
  });

  it('rejects variables of neither the model nor training with a named error', async () => {
    const { tensors } = randomCheckpoint({ 'bert/encoder/layer_shared/attention/self/query/kernel': [4, 4] });
    const files = filesInMemory({ ...writeBundle([...tensors.values()]), 'albert_config.json': utf8('{}') });
    await expect(convertTensorflow(files)).rejects.toThrow(UnknownTensorError);
    await expect(convertTensorflow(files)).rejects.toThrow(/layer_shared/u);
  });

  it('rejects data with a wrong checksum, and truncated files', async () => {
    const data = await fixture('model.ckpt-best.data-00000-of-00001');
    const index = await fixture('model.ckpt-best.index');
    const names = ['model.ckpt-best.index', 'model.ckpt-best.data-00000-of-00001'] as const;
    const convert = (index: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>) =>
      convertTensorflow(filesInMemory({ [names[0]]: index, [names[1]]: data, 'albert_config.json': utf8('{}') }));
    await expect(convert(index, data.slice(0, 100_000))).rejects.toThrow(ConvertError);
    for (let length = 0; length < index.length; length += 7) {
      await expect(convert(index.slice(0, length), data)).rejects.toThrow(ConvertError);
    }
    data[5000] = (data[5000] ?? 0) ^ 1;
    await expect(convert(index, data)).rejects.toThrow(/checksum/u);
  });
});

describe('renameVariable', () => {
  it('knows a variable for every weight of a pretraining model', async () => {
    const { checkpoint, config } = await convertTensorflow(await openModel(fixtureUrl('weights/tensorflow')));
    const names = modelWeights(readConfig(config)).map(({ name }) => name);
    const converted = [...checkpoint.tensors.keys()].map((name) => name.replace(/^albert\./u, ''));
    expect(converted.sort()).toEqual(names.sort());
  });

  it.each([
    'global_step',
    'beta1_power',
    'bert/pooler/dense/kernel/adam_m',
    'start_logits/dense/kernel',
    'cls/predictions',
    '',
  ])('leaves %j out', (variable) => expect(renameVariable(variable)).toBeUndefined());
});

describe('crc32c', () => {
  // RFC 3720, appendix B.4.
  it.each([
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(255), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ])('agrees with the RFC', (bytes, crc) => expect(crc32c(bytes)).toBe(crc));
});
