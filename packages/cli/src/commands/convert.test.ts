/** `convert` and `export` write complete models: a sentence encoder keeps the modules after its encoder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fixtureUrl, maxAbsDiff, shippedModel } from '@albert-web/testing';
import { importModel, listSentenceModules, readSentenceModules, weightReader } from '@albert-web/checkpoints';
import { Command } from 'commander';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { openSource } from '../models/open-source.ts';
import { register as registerConvert } from './convert.ts';
import { register as registerExport } from './export.ts';

/** The shipped model, with values that f16 represents exactly. */
let source: string;
let folder: string;
let out: string;

beforeAll(async () => {
  vi.spyOn(console, 'log').mockReturnValue();
  folder = await mkdtemp(join(tmpdir(), 'albert-convert-'));
  source = join(folder, 'f16');
  await run('convert', fileURLToPath(shippedModel('sentence')), source, '--to', 'f16');
});
beforeEach(async () => {
  out = await mkdtemp(join(folder, 'out-'));
  vi.spyOn(console, 'log').mockReturnValue();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...command: string[]): Promise<void> {
  const program = new Command().exitOverride();
  registerConvert(program);
  registerExport(program);
  await program.parseAsync(command, { from: 'user' });
}

async function denseWeights(folder: string): Promise<Float32Array> {
  const modules = await readSentenceModules((await openSource(folder)).files);
  const dense = modules?.find((module) => module.kind === 'dense');
  return dense?.weights.float32('linear.weight') ?? new Float32Array();
}

it.each([
  ['export', '--to', 'huggingface', 0],
  ['convert', '--to', 'f16', 0],
  // Half a step of 127 in weights of up to 1.1.
  ['convert', '--to', 'q8', 5e-3],
] as const)('%s %s %s keeps every module of a sentence encoder', async (command, option, format, tolerance) => {
  await run(command, source, out, option, format);
  const modulesOf = async (folder: string) => listSentenceModules((await openSource(folder)).files);
  expect(await modulesOf(out)).toEqual(await modulesOf(source));
  const [before, after] = [await denseWeights(source), await denseWeights(out)];
  expect(after).toHaveLength(384 * 384);
  expect(maxAbsDiff(after, before)).toBeLessThanOrEqual(tolerance);
});

it('export merges a LoRA adapter into the given base model, as convert does', async () => {
  const adapter = fileURLToPath(fixtureUrl('forms/adapter-lora'));
  const base = fileURLToPath(fixtureUrl('forms/safetensors-base'));
  const weights = async (command: string, name: string): Promise<Float32Array> => {
    const folder = join(out, name);
    const option = command === 'export' ? 'huggingface' : 'f32';
    await run(command, adapter, folder, '--base-model', base, '--to', option);
    const { checkpoint } = await importModel((await openSource(folder)).files);
    return weightReader(checkpoint).float32('classifier.weight');
  };
  const [exported, converted] = [await weights('export', 'exported'), await weights('convert', 'converted')];
  expect(exported.length).toBeGreaterThan(0);
  expect(maxAbsDiff(exported, converted)).toBe(0);
});
