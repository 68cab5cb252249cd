/**
 * What sentence-transformers puts behind an encoder: pooling, dense layers, normalization, as `modules.json` lists them.
 *
 * Source: UKPLab/sentence-transformers `models/Pooling.py`, `models/Dense.py`, `models/Normalize.py`.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { HeadOutputs, ParameterMap, RawInputs } from '@albert-web/core';
import { disposeParameters, linear, loadParameters, lookUp } from '@albert-web/core';
import type { ModelFiles } from '@albert-web/checkpoints';
import { loadCheckpoint, optionalFiles, weightReader } from '@albert-web/checkpoints';
import * as v from 'valibot';
import { SentenceModuleError } from '../errors.ts';

/** Turns hidden states into one embedding a sentence. */
export interface SentenceHead {
  /** Tokens the model was trained for, if the folder says so. */
  readonly maxLength: number | undefined;
  /** Adds `sentence_embedding` `[batch, size]`, in place of `last_hidden_state`. Call inside `tf.tidy`. */
  apply(outputs: HeadOutputs, inputs: RawInputs): HeadOutputs;
  dispose(): void;
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

/** `[batch, size]` to `[batch, size]`. */
interface Step {
  readonly run: (x: tf.Tensor2D) => tf.Tensor2D;
  readonly parameters?: ParameterMap;
}

type Pooling = (hidden: tf.Tensor3D, mask: tf.Tensor3D) => tf.Tensor2D;

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
        steps.push({ run: normalize });
        break;
      default:
        throw unknownModule('modules.json', `the module ${type}`, 'Transformer, Pooling, Dense or Normalize');
    }
  }
  const pool = pooling ?? meanPooling;
  return {
    maxLength: settings?.max_seq_length ?? undefined,
    apply(outputs, inputs) {
      const hidden = outputs['last_hidden_state'] as tf.Tensor3D;
      const mask = tf.expandDims<tf.Tensor3D>(tf.tensor2d(inputs.attentionMask as number[][]), 2);
      return { sentence_embedding: steps.reduce((x, { run }) => run(x), pool(hidden, mask)) };
    },
    dispose() {
      for (const { parameters } of steps) if (parameters) disposeParameters(parameters);
    },
  };
}

/** The mean over the tokens that are not padding. */
const meanPooling: Pooling = (hidden, mask) =>
  tf.div(tf.sum(tf.mul(hidden, mask), 1), tf.maximum(tf.sum(mask, 1), 1e-9));

function poolingOf(config: v.InferOutput<typeof poolingConfig>, path: string): Pooling {
  const chosen = Object.entries(config).flatMap(([mode, used]) => (used ? [mode] : []));
  if (chosen.length === 1) {
    switch (chosen[0]) {
      case 'pooling_mode_mean_tokens':
        return meanPooling;
      case 'pooling_mode_cls_token':
        return (hidden) => tf.squeeze(tf.slice(hidden, [0, 0, 0], [-1, 1, -1]), [1]);
      case 'pooling_mode_max_tokens':
        return (hidden, mask) => tf.max(tf.add(hidden, tf.mul(tf.sub(1, mask), -1e9)), 1);
      case 'pooling_mode_mean_sqrt_len_tokens':
        return (hidden, mask) => tf.div(tf.sum(tf.mul(hidden, mask), 1), tf.sqrt(tf.maximum(tf.sum(mask, 1), 1e-9)));
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
  const parameters = loadParameters(
    [
      { name: 'linear.weight', shape: [config.out_features, config.in_features] },
      { name: 'linear.bias', shape: [config.out_features] },
    ],
    weights,
  );
  return {
    parameters,
    run: (x) => {
      const y = linear(x, lookUp(parameters), 'linear') as tf.Tensor2D;
      return activation === 'Tanh' ? tf.tanh(y) : y;
    },
  };
}

function normalize(x: tf.Tensor2D): tf.Tensor2D {
  return tf.div(x, tf.maximum(tf.norm(x, 'euclidean', 1, true), 1e-12));
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
