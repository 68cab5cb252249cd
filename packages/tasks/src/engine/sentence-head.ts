/**
 * What sentence-transformers puts behind an encoder: pooling, dense layers, normalization, as `modules.json` lists them.
 *
 * Source: UKPLab/sentence-transformers `models/Pooling.py`, `models/Dense.py`, `models/Normalize.py`.
 */
import type { HostOutputs, HostTensor, RawInputs, WeightReader } from '@albert-web/core';
import { checkWeights, maskOf } from '@albert-web/core';
import type { ModelFiles } from '@albert-web/checkpoints';
import { loadCheckpoint, optionalFiles, weightReader } from '@albert-web/checkpoints';
import * as v from 'valibot';
import { SentenceModuleError } from '../errors.ts';
import { maxOfRows, meanOfRows, toUnitLength } from './vectors.ts';

/** Turns hidden states into one embedding a sentence. */
export interface SentenceHead {
  /** Tokens the model was trained for, if the folder says so. */
  readonly maxLength: number | undefined;
  /** `sentence_embedding` `[batch, size]` in place of `last_hidden_state`. */
  apply(outputs: HostOutputs, inputs: RawInputs): HostOutputs;
}

const moduleList = v.array(v.object({ type: v.string(), path: v.string() }));
const sentenceConfig = v.object({ max_seq_length: v.nullish(v.number()) });
const poolingConfig = v.object({
  pooling_mode_cls_token: v.optional(v.boolean(), false),
  pooling_mode_mean_tokens: v.optional(v.boolean(), false),
  pooling_mode_max_tokens: v.optional(v.boolean(), false),
  pooling_mode_mean_sqrt_len_tokens: v.optional(v.boolean(), false),
});
const denseConfig = v.object({
  in_features: v.number(),
  out_features: v.number(),
  bias: v.optional(v.boolean(), true),
  activation_function: v.optional(v.string(), 'torch.nn.modules.activation.Tanh'),
});

/** One sentence's vector to the next. A vector is little work, so it is done here, whatever the encoder runs on. */
type Step = (x: Float32Array) => Float32Array;

/** Hidden states of one sentence, `[length, width]`, to one vector; `mask` is 0 at padding. */
type Pooling = (hidden: Float32Array, mask: ArrayLike<number>, width: number) => Float32Array;

/**
 * Reads the modules behind the encoder; undefined when the folder has no `modules.json`, so is no sentence encoder.
 *
 * @throws SentenceModuleError for a module or a setting that is not known, and what loading a checkpoint throws.
 */
export async function loadSentenceHead(files: ModelFiles, signal?: AbortSignal): Promise<SentenceHead | undefined> {
  const modules = await readAs(moduleList, files, 'modules.json', signal);
  if (!modules) return undefined;
  const settings = await readAs(sentenceConfig, files, 'sentence_bert_config.json', signal);
  let pooling: Pooling | undefined;
  const steps: Step[] = [];
  for (const { type, path } of modules) {
    switch (type.split('.').at(-1)) {
      case 'Transformer':
        break;
      case 'Pooling':
        pooling = poolingOf(await readModule(poolingConfig, files, path, signal), path);
        break;
      case 'Dense':
        steps.push(await loadDense(files, path, signal));
        break;
      case 'Normalize':
        steps.push(toUnitLength);
        break;
      default:
        throw unknownModule('modules.json', `the module ${type}`, 'Transformer, Pooling, Dense or Normalize');
    }
  }
  const pool = pooling ?? meanOfRows;
  return {
    maxLength: settings?.max_seq_length ?? undefined,
    apply(outputs, inputs) {
      const { shape = [], values = new Float32Array() } = outputs['last_hidden_state'] ?? {};
      const [batch = 0, length = 0, width = 0] = shape;
      const mask = maskOf(inputs);
      const vectors = Array.from({ length: batch }, (_, row) => {
        const hidden = values.subarray(row * length * width, (row + 1) * length * width);
        const pooled = pool(hidden, mask.subarray(row * length, (row + 1) * length), width);
        return steps.reduce((x, step) => step(x), pooled);
      });
      return { sentence_embedding: joinRows(vectors) };
    },
  };
}

function joinRows(vectors: readonly Float32Array[]): HostTensor {
  const size = vectors[0]?.length ?? 0;
  const values = new Float32Array(vectors.length * size);
  vectors.forEach((vector, row) => values.set(vector, row * size));
  return { shape: [vectors.length, size], values };
}

function poolingOf(config: v.InferOutput<typeof poolingConfig>, path: string): Pooling {
  const chosen = Object.entries(config).flatMap(([mode, used]) => (used ? [mode] : []));
  if (chosen.length === 1) {
    switch (chosen[0]) {
      case 'pooling_mode_mean_tokens':
        return meanOfRows;
      case 'pooling_mode_cls_token':
        return (hidden, _, width) => hidden.slice(0, width);
      case 'pooling_mode_max_tokens':
        return maxOfRows;
      case 'pooling_mode_mean_sqrt_len_tokens':
        return (hidden, mask, width) => {
          const tokens = Array.from(mask).reduce((sum, seen) => sum + seen, 0);
          return meanOfRows(hidden, mask, width).map((mean) => mean * Math.sqrt(tokens));
        };
    }
  }
  throw unknownModule(
    `${path}/config.json`,
    `the pooling ${chosen.join(' and ') || 'none'}`,
    'one of mean, cls, max, mean_sqrt_len',
  );
}

async function loadDense(files: ModelFiles, path: string, signal: AbortSignal | undefined): Promise<Step> {
  const config = await readModule(denseConfig, files, path, signal);
  const activation = config.activation_function.split('.').at(-1);
  if (activation !== 'Identity' && activation !== 'Tanh') {
    throw unknownModule(`${path}/config.json`, `the activation ${config.activation_function}`, 'Identity or Tanh');
  }
  if (!config.bias) throw unknownModule(`${path}/config.json`, 'a dense layer without bias', 'one with bias');
  const weights = weightReader(await loadCheckpoint(files, { folder: path, signal }));
  const { in_features: inputs, out_features: outputs } = config;
  checkWeights(
    [
      { name: 'linear.weight', shape: [outputs, inputs] },
      { name: 'linear.bias', shape: [outputs] },
    ],
    weights,
  );
  const dense = denseLayer(weights);
  return activation === 'Tanh' ? (x) => dense(x).map(Math.tanh) : dense;
}

/** `W x + b`, summed in double precision. */
function denseLayer(weights: WeightReader): Step {
  const weight = weights.float32('linear.weight');
  const bias = weights.float32('linear.bias');
  return (x) =>
    bias.map((start, row) => {
      let sum = start;
      for (let i = 0; i < x.length; i++) sum += (weight[row * x.length + i] ?? 0) * (x[i] ?? 0);
      return sum;
    });
}

/** A checked file; undefined when it is not there. @throws SentenceModuleError */
async function readAs<Schema extends v.GenericSchema>(
  schema: Schema,
  files: ModelFiles,
  path: string,
  signal: AbortSignal | undefined,
): Promise<v.InferOutput<Schema> | undefined> {
  const json = await optionalFiles(files, signal).readJson(path);
  if (json === undefined) return undefined;
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  throw unknownModule(path, v.summarize(parsed.issues), 'a file as sentence-transformers writes it');
}

/** The configuration of a module that `modules.json` names. @throws SentenceModuleError when it is not there */
async function readModule<Schema extends v.GenericSchema>(
  schema: Schema,
  files: ModelFiles,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<v.InferOutput<Schema>> {
  const path = `${folder}/config.json`;
  const config = await readAs(schema, files, path, signal);
  if (config !== undefined) return config;
  throw unknownModule('modules.json', `a module whose ${path} is missing`, 'every module beside it');
}

function unknownModule(path: string, found: string, expected: string): SentenceModuleError {
  return new SentenceModuleError({
    problem: `${path} has ${found}`,
    expected: `Expected ${expected}`,
    remedy: 'Load a sentence encoder of these parts, or remove modules.json to use the bare encoder',
  });
}
