import { describe, expect, it } from 'vitest';
import { ConfigError } from '../errors.ts';
import { configFields, defaultConfig, readConfig, unknownConfigFields } from './index.ts';

/** What transformers 4.57 writes for `AlbertConfig().to_dict()`. */
const written = {
  return_dict: true,
  output_hidden_states: false,
  torchscript: false,
  dtype: null,
  pruned_heads: {},
  tie_word_embeddings: true,
  chunk_size_feed_forward: 0,
  is_encoder_decoder: false,
  is_decoder: false,
  cross_attention_hidden_size: null,
  add_cross_attention: false,
  tie_encoder_decoder: false,
  max_length: 20,
  do_sample: false,
  bad_words_ids: null,
  architectures: null,
  finetuning_task: null,
  id2label: { 0: 'LABEL_0', 1: 'LABEL_1' },
  label2id: { LABEL_0: 0, LABEL_1: 1 },
  tokenizer_class: null,
  prefix: null,
  sep_token_id: null,
  task_specific_params: null,
  problem_type: null,
  _name_or_path: '',
  transformers_version: '4.57.6',
  tf_legacy_loss: false,
  use_bfloat16: false,
  output_attentions: false,
};

describe('the fields of config.json', () => {
  it('include everything that transformers writes', () => {
    expect(unknownConfigFields({ ...defaultConfig, ...written })).toBeUndefined();
    expect(readConfig({ ...defaultConfig, ...written })).toEqual({ ...defaultConfig, architectures: ['AlbertModel'] });
  });

  it('are named in a warning if unknown, in sections too', () => {
    const warning = unknownConfigFields({ model_type: 'albert', rotary: true, sentence_transformers: { scale: 2 } });
    expect(warning?.fields).toEqual(['rotary', 'sentence_transformers.scale']);
    expect(warning?.message).toMatch(
      /^config\.json has "rotary", "sentence_transformers\.scale", which are not known/u,
    );
    expect(unknownConfigFields({ constructor: 1 })?.fields).toEqual(['constructor']);
  });

  it.each([
    ['pruned_heads', { 0: [1] }],
    ['is_decoder', true],
    ['add_cross_attention', true],
    ['quantization_config', { quant_method: 'bitsandbytes', load_in_8bit: true }],
    ['auto_map', { AutoModel: 'modeling.MyAlbert' }],
    ['tokenizer_class', 'XLMRobertaTokenizer'],
    ['ln_type', 'preln'],
    ['problem_type', 'ranking'],
    ['pad_token_id', 30000],
  ])('are rejected by name: %s = %j', (field, value) => {
    expect(() => readConfig({ [field]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [field]: value })).toThrow(new RegExp(`config\\.json has ${field} = `, 'u'));
  });

  it('each come with a reason', () => {
    for (const [name, { why }] of Object.entries(configFields)) expect(why, name).not.toBe('');
  });
});
