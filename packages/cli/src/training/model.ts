/** Opening a model to train it. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { AlbertModel, readConfig, type AlbertConfig, type Head } from '@albert-web/core';
import { InvalidArgumentError, messageOf } from '@albert-web/errors';
import { loadTokenizer, readTokenizer, readTokenizerFiles, type Tokenizer } from '@albert-web/tokenizer';
import { withInitialWeights } from '@albert-web/training';
import {
  loadCheckpoint,
  openModel,
  optionalFiles,
  parseSafetensors,
  weightReader,
  type Checkpoint,
  type ModelFiles,
} from '@albert-web/checkpoints';
import * as tf from '@tensorflow/tfjs-core';
import { text, type FlagValues } from './flags.ts';

/** The flags that say which model. */
export const modelFlags = {
  albert_hub_module_handle: text('start from this model: a folder, a URL or a Hub id'),
  albert_config_file: text("config.json of the model, with --init_checkpoint's weights or drawn ones"),
  init_checkpoint: text('weights to start from: a model folder, a URL, a Hub id or a .safetensors file'),
  spm_model_file: text('SentencePiece model; from_tf_hub takes the one beside the model', 'from_tf_hub'),
  vocab_file: text('WordPiece vocabulary, for the Chinese models'),
} as const;

/** What training needs of a model's source: its configuration, stored weights, tokenizer, and the tokenizer's files to copy. */
export interface ModelSource {
  readonly config: AlbertConfig;
  /** Absent: all weights are drawn. */
  readonly checkpoint: Checkpoint | undefined;
  readonly tokenizer: Tokenizer;
  readonly tokenizerFiles: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

type ModelFlagValues = FlagValues<typeof modelFlags>;

/** @throws InvalidArgumentError for flags that name no model, besides what reading a model throws. */
export async function openSource(flags: ModelFlagValues, lowerCase = true): Promise<ModelSource> {
  const handle = flags.albert_hub_module_handle;
  if (!handle && !flags.albert_config_file) {
    throw new InvalidArgumentError({
      problem: 'No model is given',
      remedy: 'Give --albert_hub_module_handle=MODEL, or --albert_config_file=… with --init_checkpoint=…',
    });
  }
  const location = handle ?? folderOf(flags.init_checkpoint);
  const files = location ? await openModel(location) : undefined;
  const config = readConfig(
    handle && files ? await files.readJson('config.json') : await readJson(flags.albert_config_file ?? ''),
  );
  const checkpoint = files ? await loadCheckpoint(files) : await readSingleFile(flags.init_checkpoint);
  return { config, checkpoint, ...(await openTokenizer(flags, lowerCase, files)) };
}

/** @throws InvalidArgumentError for sequences longer than the model has positions, as in the original. */
export function checkSequenceLength({ max_position_embeddings: most }: AlbertConfig, length: number): void {
  if (length <= most) return;
  throw new InvalidArgumentError({
    problem: `--max_seq_length is ${length}`,
    expected: `The model has ${most} positions`,
    remedy: `Give --max_seq_length=${most} or less`,
  });
}

/** Starts a tfjs backend and loads the model on it, drawing what the checkpoint lacks. */
export async function startModel(
  backend: 'wasm' | 'cpu',
  config: AlbertConfig,
  head: Head,
  checkpoint: Checkpoint | undefined,
  seed: number,
): Promise<AlbertModel> {
  await import('@tensorflow/tfjs-backend-cpu');
  if (backend === 'wasm') {
    // Node 20 has relaxed SIMD behind this flag; with its fused multiply-add a training step takes half the time.
    setFlagsFromString('--experimental-wasm-relaxed-simd');
    await import('@tensorflow/tfjs-backend-wasm');
  }
  await tf.setBackend(backend);
  const reader = checkpoint && weightReader(checkpoint);
  return AlbertModel.load(config, withInitialWeights(config, head, reader, seed), head);
}

/** A `.safetensors` file is read by itself; everything else is a model's location. */
function folderOf(location: string | undefined): string | undefined {
  if (!location || location.endsWith('.safetensors')) return undefined;
  if (/\.ckpt|\.index$/u.test(basename(location))) {
    throw new InvalidArgumentError({
      problem: `--init_checkpoint=${location} is a TensorFlow checkpoint`,
      remedy: 'Convert it once with `albert convert`, then give the converted folder',
    });
  }
  return location;
}

async function readSingleFile(path: string | undefined): Promise<Checkpoint | undefined> {
  if (!path) return undefined;
  return parseSafetensors(await readBytes(path), path);
}

/** The tokenizer that the flags name, and its files. @param model where `from_tf_hub` looks; default: the handle. */
export async function openTokenizer(
  flags: Pick<ModelFlagValues, 'spm_model_file' | 'vocab_file' | 'albert_hub_module_handle'>,
  lowerCase: boolean,
  model?: ModelFiles,
): Promise<Pick<ModelSource, 'tokenizer' | 'tokenizerFiles'>> {
  const { spm_model_file: spiece, vocab_file: vocabulary, albert_hub_module_handle: handle } = flags;
  const files = model ?? (handle ? await openModel(handle) : undefined);
  const own = vocabulary
    ? { 'vocab.txt': vocabulary }
    : spiece !== 'from_tf_hub'
      ? { 'spiece.model': spiece }
      : undefined;
  if (!own) {
    if (files) {
      const optional = optionalFiles(files);
      return { tokenizer: await readTokenizer(optional), tokenizerFiles: await readTokenizerFiles(optional) };
    }
    throw new InvalidArgumentError({
      problem: '--spm_model_file=from_tf_hub, and there is no model to take it from',
      remedy: 'Give --spm_model_file=…/spiece.model',
    });
  }
  const settings = { do_lower_case: lowerCase, tokenizer_class: 'AlbertTokenizer' };
  const [[name, path] = ['', '']] = Object.entries(own);
  const bytes = await readBytes(path);
  const tokenizer = loadTokenizer({
    ...(name === 'spiece.model' ? { 'spiece.model': bytes } : { 'vocab.txt': new TextDecoder().decode(bytes) }),
    'tokenizer_config.json': settings,
  });
  const json = new TextEncoder().encode(`${JSON.stringify(settings, null, 2)}\n`);
  return {
    tokenizer,
    tokenizerFiles: new Map([
      [name, bytes],
      ['tokenizer_config.json', json],
    ]),
  };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(await readBytes(path))) as unknown;
  } catch (error) {
    throw new InvalidArgumentError(
      { problem: `${path} is not readable JSON: ${messageOf(error)}`, remedy: 'Check the path' },
      { cause: error },
    );
  }
}

/** @throws InvalidArgumentError when the file cannot be read. */
async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw new InvalidArgumentError(
      { problem: `${path} cannot be read: ${messageOf(error)}`, remedy: 'Check the path' },
      { cause: error },
    );
  }
}
