/** Reads the files that `CrossEncoder.save_pretrained` of sentence-transformers 5.4 and later writes. */
import { scoreFunction, readConfig } from '@albert-web/core';
import { expect, it } from 'vitest';
import { findEncoder } from '../encoder-files.ts';
import { filesInMemory } from '../testing/checkpoints.ts';
import { SentenceModuleError } from '../errors.ts';

const config = {
  model_type: 'albert',
  architectures: ['AlbertForSequenceClassification'],
  num_labels: 1,
  transformers_version: '5.2.0',
};
const settings = {
  model_type: 'CrossEncoder',
  activation_fn: 'torch.nn.modules.linear.Identity',
  prompts: {},
  default_prompt_name: null,
};

function filesOf(files: Readonly<Record<string, object>>) {
  const bytes = Object.entries(files).map(([name, json]) => [name, new TextEncoder().encode(JSON.stringify(json))]);
  return filesInMemory(Object.fromEntries(bytes) as Record<string, Uint8Array<ArrayBuffer>>);
}

it('reads the activation and the maximum length', async () => {
  const encoder = await findEncoder(
    filesOf({
      'config.json': config,
      'config_sentence_transformers.json': settings,
      'sentence_bert_config.json': {
        transformer_task: 'sequence-classification',
        module_output_name: 'scores',
        max_seq_length: 24,
      },
    }),
  );
  expect(scoreFunction(readConfig(encoder.config))).toBe('none');
  expect(encoder.maxLength).toBe(24);
  expect(scoreFunction(readConfig(config))).toBe('sigmoid');
});

it('does not change a model of transformers', async () => {
  const files = filesOf({ 'config.json': config, 'tokenizer_config.json': { model_max_length: 24 } });
  expect(await findEncoder(files)).toEqual({ files, config });
});

it.each([
  { prompts: { query: 'q: ' }, default_prompt_name: 'query' },
  { model_type: 'CrossEncoder', default_prompt_name: 'missing' },
])('rejects %j', async (more) => {
  const files = filesOf({ 'config.json': config, 'config_sentence_transformers.json': { ...settings, ...more } });
  await expect(findEncoder(files)).rejects.toThrow(SentenceModuleError);
});
