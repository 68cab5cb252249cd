import { describe, expect, it } from 'vitest';
import { ConfigError } from '../errors.ts';
import { defaultConfig, headOf, headSize, numLabels, readConfig } from './index.ts';

describe('readConfig', () => {
  it("takes Hugging Face's defaults, which are those of xxlarge", () => {
    const config = readConfig({});
    expect(config).toEqual(defaultConfig);
    expect(headSize(config)).toBe(64);
  });

  it('reads every field verbatim and drops unknown ones', () => {
    const written = {
      ...defaultConfig,
      hidden_size: 12,
      num_attention_heads: 3,
      hidden_act: 'relu',
      torch_dtype: 'float32',
    };
    const { torch_dtype: _, ...known } = written;
    expect(readConfig(written)).toEqual(known);
  });

  it('counts labels from id2label, or from the older num_labels', () => {
    expect(numLabels(readConfig({ id2label: { 0: 'a', 1: 'b', 2: 'c' } }))).toBe(3);
    expect(readConfig({ num_labels: 3 }).id2label).toEqual({ 0: 'LABEL_0', 1: 'LABEL_1', 2: 'LABEL_2' });
    expect(numLabels(readConfig({}))).toBe(2);
  });

  it('finds the head in architectures', () => {
    expect(headOf(readConfig({ architectures: ['AlbertForMaskedLM'] }))).toBe('masked_lm');
    expect(headOf(readConfig({ architectures: ['AlbertModel'] }))).toBe('base');
  });

  it.each([
    ['not an object', 'text', /holds a string/u],
    ['null', null, /holds null/u],
    ['a list', [], /holds a list/u],
    ['BERT', { model_type: 'bert' }, /describes "bert"/u],
    ['the class of RoBERTa', { architectures: ['RobertaModel'] }, /describes "RobertaModel"/u],
    ['an unknown activation', { hidden_act: 'mish' }, /hidden_act = "mish"/u],
    ['relative positions', { position_embedding_type: 'relative_key' }, /position_embedding_type = "relative_key"/u],
    ['heads that do not divide the hidden size', { hidden_size: 100, num_attention_heads: 3 }, /hidden_size = 100/u],
    ['more groups than layers', { num_hidden_layers: 2, num_hidden_groups: 3 }, /num_hidden_groups = 3/u],
    ['a fraction of a layer', { num_hidden_layers: 1.5 }, /num_hidden_layers = 1.5/u],
    ['a probability above 1', { hidden_dropout_prob: 2 }, /hidden_dropout_prob = 2/u],
    ['no labels', { id2label: {} }, /id2label/u],
    ['architectures that are not a list', { architectures: 'AlbertModel' }, /architectures = "AlbertModel"/u],
    ['architectures without a name', { model_type: 'albert', architectures: [null] }, /architectures = \[null\]/u],
    ['a billion layers', { num_hidden_layers: 1e9 }, /num_hidden_layers = 1000000000/u],
    ['a billion groups', { num_hidden_layers: 1e9, num_hidden_groups: 1e9 }, /num_hidden_layers/u],
    ['a thousand blocks per layer', { inner_group_num: 1000 }, /inner_group_num = 1000/u],
    ['8,589,934,592 labels', { num_labels: 2 ** 33 }, /num_labels = 8589934592/u],
    [
      'a million class names',
      { id2label: Object.fromEntries(Array.from({ length: 1e6 }, (_, i) => [i, 'x'])) },
      /id2label/u,
    ],
    ['a band without an end', { unsure: [0.4] }, /unsure/u],
    ['a band that ends before it begins', { unsure: [0.6, 0.4] }, /unsure/u],
    ['a band without 0.5', { unsure: [0.6, 0.8] }, /unsure = \[0.6,0.8\]/u],
    ['a language that is not a tag', { language: ['en', 'any language'] }, /language = \["en","any language"\]/u],
    ['no language', { language: [] }, /language = \[\]/u],
    ['an unknown kind of sharing', { cross_layer_sharing: 'some' }, /cross_layer_sharing = "some"/u],
  ])('rejects %s', (_, json, message) => {
    expect(() => readConfig(json)).toThrow(ConfigError);
    expect(() => readConfig(json)).toThrow(message);
  });
});
