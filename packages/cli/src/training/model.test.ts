/** Training and `convert` interpret the original's configuration in the same way. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findEncoder, importEncoder, openModel } from '@albert-web/checkpoints';
import { readConfig } from '@albert-web/core';
import { fixtureUrl } from '@albert-web/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSource } from './model.ts';

const vocabulary = fileURLToPath(fixtureUrl('tokenizer/spiece.model'));

/** The folder of a TensorFlow checkpoint. */
let folder: string;
/** Its configuration as written by Google, without a `model_type`. */
let original: object;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albert-config-'));
  await cp(fixtureUrl('weights/tensorflow'), folder, { recursive: true });
  const json = JSON.parse(await readFile(join(folder, 'albert_config.json'), 'utf8')) as object;
  original = { ...json, model_type: undefined, hidden_act: 'gelu' };
});
afterAll(() => rm(folder, { recursive: true }));

/** Returns the activation that training reads from a configuration with this file name. */
async function activationIn(name: string, json: object): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(json));
  const { config } = await openSource({
    albert_hub_module_handle: undefined,
    albert_config_file: path,
    init_checkpoint: undefined,
    spm_model_file: vocabulary,
    vocab_file: undefined,
  });
  return config.hidden_act;
}

it("the original's configuration is read by its own rules even under the name config.json", async () => {
  const own = { hidden_act: 'gelu', hidden_size: 48, num_attention_heads: 4, down_scale_factor: 1, gap_size: 0 };
  expect(await activationIn('config.json', own)).toBe('gelu_new');
  expect(await activationIn('config.json', { ...own, layer_norm_eps: 1e-12 })).toBe('gelu');
});

// In google-research/albert `modeling.py`, `get_activation`, "gelu" is the tanh form. Hugging Face's "gelu" is the exact one.
it.each(['albert_base_config.json', 'albert_config.json'])('in %s, "gelu" is the tanh form', async (name) => {
  expect(await activationIn(name, original)).toBe('gelu_new');
});

it('convert interprets "gelu" in the same way', async () => {
  await writeFile(join(folder, 'albert_config.json'), JSON.stringify(original));
  const { config } = await importEncoder(await findEncoder(await openModel(folder)));
  expect(readConfig(config).hidden_act).toBe('gelu_new');
});

it.each([
  ['config.json', { hidden_act: 'gelu' }],
  ['albert_config.json', { model_type: 'albert', hidden_act: 'gelu' }],
])('in %s with %j, "gelu" is exact', async (name, json) => {
  expect(await activationIn(name, json)).toBe('gelu');
});

it.each([
  [1, 0],
  [2, 1],
])('a model with %d token types is trained on pairs whose second text has type %d', async (type_vocab_size, type) => {
  const path = join(folder, 'config.json');
  await writeFile(path, JSON.stringify({ model_type: 'albert', layer_norm_eps: 1e-12, type_vocab_size }));
  const { tokenizer } = await openSource({
    albert_hub_module_handle: undefined,
    albert_config_file: path,
    init_checkpoint: undefined,
    spm_model_file: vocabulary,
    vocab_file: undefined,
  });
  expect(tokenizer.encode(['the', 'cat']).typeIds.at(-1)).toBe(type);
});
