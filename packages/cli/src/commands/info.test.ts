/** `info` describes exactly the models that load. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fixtureUrl } from '@albert-web/testing';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { register } from './info.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albert-info-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function describeModel(form: string, changes: Readonly<Record<string, string>> = {}): Promise<string> {
  await cp(fileURLToPath(fixtureUrl(`forms/${form}`)), folder, { recursive: true });
  for (const [file, text] of Object.entries(changes)) await writeFile(join(folder, file), text);
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const program = new Command().exitOverride();
  register(program);
  await program.parseAsync(['info', folder], { from: 'user' });
  return log.mock.lastCall?.join('') ?? '';
}

it.each([
  ['bin-sequence_classification', /head +sequence_classification/u],
  ['no-pooler', /head +encoder/u],
  ['0-transformer', /sentence_encoder +true/u],
  ['onnx-sequence_classification', /head +sequence_classification/u],
])('%s is described', async (form, text) => {
  await expect(describeModel(form)).resolves.toMatch(text);
});

it('lists unknown fields', async () => {
  const settings = JSON.stringify({ model_max_length: 48, rotary_scale: 2 });
  const said = await describeModel('max-seq-length', { 'tokenizer_config.json': settings });
  expect(said).toContain('tokenizer_config.json has "rotary_scale", which is not known here');
});

it.each([
  ['missing-tensor', {}, 'MissingTensorError'],
  ['too-many-tokens', {}, 'TokenizerFormatError'],
  ['unknown-module', {}, 'SentenceModuleError'],
  ['safetensors-base', { 'model.safetensors': '' }, 'SafetensorsError'],
  ['safetensors-base', { 'spiece.model': 'version https://git-lfs.github.com/spec/v1\n' }, 'StandInError'],
])('%s with %j is rejected', async (form, changes, name) => {
  await expect(describeModel(form, changes)).rejects.toMatchObject({ name });
});
