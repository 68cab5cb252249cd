/**
 * What sentence-transformers puts behind an encoder, as ONNX operations: pooling, dense layers, normalization.
 *
 * Source: UKPLab/sentence-transformers `models/Pooling.py`, `models/Dense.py`, `models/Normalize.py`.
 */
import type { Precision, WeightReader } from '@albert-web/core';
import * as v from 'valibot';
import { cannotConvert } from '../convert-error.ts';
import type { ModelFiles, ReadOptions } from '../files/types.ts';
import { loadCheckpoint } from '../load.ts';
import { weightReader } from '../reader.ts';
import type { GraphBuilder } from './graph.ts';
import { elementType } from './proto.ts';
import { weightedOperations } from './weights.ts';

/** One module, in the order they run. */
export type SentenceModule =
  | { readonly kind: 'pooling'; readonly mode: 'cls' | 'mean' | 'max' }
  /** `weights` has `linear.weight` `[out, in]` and `linear.bias`. */
  | { readonly kind: 'dense'; readonly weights: WeightReader; readonly activation: 'Identity' | 'Tanh' }
  | { readonly kind: 'normalize' };

const moduleList = v.array(v.object({ type: v.string(), path: v.string() }));
const poolingConfig = v.record(v.string(), v.unknown());
const denseConfig = v.object({ activation_function: v.optional(v.string(), 'Tanh') });

/** A line of `modules.json`: a module's name without its package (`Pooling`), and its folder, '' for the encoder's. */
export interface SentenceModuleEntry {
  readonly name: string;
  readonly path: string;
}

/**
 * What `modules.json` lists, in the order it runs; undefined for a model that is no sentence encoder.
 *
 * @throws ConvertError for a file that is no such list.
 */
export async function listSentenceModules(
  files: ModelFiles,
  options: Pick<ReadOptions, 'signal'> = {},
): Promise<readonly SentenceModuleEntry[] | undefined> {
  if (!(await files.has('modules.json', options))) return undefined;
  const list = check(moduleList, 'modules.json', await files.readJson('modules.json', options));
  return list.map(({ type, path }) => ({ name: type.split('.').at(-1) ?? type, path }));
}

/**
 * The modules of a sentence encoder; undefined for a model that is none (no `modules.json`).
 *
 * @throws ConvertError for a module that is not known, and what loading a checkpoint throws.
 */
export async function readSentenceModules(
  files: ModelFiles,
  options: Pick<ReadOptions, 'signal'> = {},
): Promise<readonly SentenceModule[] | undefined> {
  const list = await listSentenceModules(files, options);
  if (!list) return undefined;
  const modules = list.map(async ({ name, path }): Promise<SentenceModule[]> => {
    const config = `${path}/config.json`;
    switch (name) {
      case 'Transformer':
        return [];
      case 'Pooling':
        return [readPooling(config, check(poolingConfig, config, await files.readJson(config, options)))];
      case 'Dense': {
        const { activation_function } = check(denseConfig, config, await files.readJson(config, options));
        const activation = activation_function.split('.').at(-1);
        if (activation !== 'Identity' && activation !== 'Tanh')
          throw cannotConvert(config, `has activation ${activation}`);
        const weights = weightReader(await loadCheckpoint(files, { ...options, folder: path }));
        return [{ kind: 'dense', weights, activation }];
      }
      case 'Normalize':
        return [{ kind: 'normalize' }];
      default:
        throw cannotConvert('modules.json', `names the module ${name.slice(0, 200)}`);
    }
  });
  return (await Promise.all(modules)).flat();
}

function readPooling(file: string, config: Readonly<Record<string, unknown>>): SentenceModule {
  const modes = { cls: 'pooling_mode_cls_token', mean: 'pooling_mode_mean_tokens', max: 'pooling_mode_max_tokens' };
  const [mode] = (['cls', 'mean', 'max'] as const).filter((mode) => config[modes[mode]] === true);
  const used = Object.entries(config).filter(([name, value]) => name.startsWith('pooling_mode_') && value === true);
  if (mode === undefined || used.length !== 1) throw cannotConvert(file, 'has a pooling other than cls, mean or max');
  return { kind: 'pooling', mode };
}

function check<T>(schema: v.GenericSchema<unknown, T>, file: string, json: unknown): T {
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  throw cannotConvert(file, `is not as sentence-transformers writes it: ${result.issues[0].message}`);
}

/** Adds the modules and the output `sentence_embedding` `[batch, size]`. */
export function addSentenceModules(
  graph: GraphBuilder,
  modules: readonly SentenceModule[],
  precision: Precision,
  hidden: string, // [batch, sequence, hidden]
  mask: string, // [batch, sequence], int64
): void {
  let x = hidden;
  modules.forEach((module, index) => {
    if (module.kind === 'pooling') x = pool(graph, module.mode, x, mask);
    else if (module.kind === 'normalize') x = normalize(graph, x);
    else {
      const prefix = `sentence.${index}.`;
      const y = weightedOperations(graph, prefixed(module.weights, prefix), precision).linear(`${prefix}linear`, x);
      x = module.activation === 'Tanh' ? graph.add('Tanh', [y]) : y;
    }
  });
  graph.add('Identity', [x], {}, 'sentence_embedding');
}

function pool(graph: GraphBuilder, mode: 'cls' | 'mean' | 'max', hidden: string, mask: string): string {
  if (mode === 'cls') return graph.add('Gather', [hidden, graph.index(0)], { axis: 1 });
  const seen = graph.add('Cast', [graph.add('Unsqueeze', [mask, graph.integers(-1)])], { to: elementType.float }); // [batch, sequence, 1]
  if (mode === 'max') {
    const hiding = graph.add('Mul', [graph.add('Sub', [graph.scalar(1), seen]), graph.scalar(-1e9)]);
    return graph.add('ReduceMax', [graph.add('Add', [hidden, hiding])], { axes: [1], keepdims: 0 });
  }
  const total = (value: string): string => graph.add('ReduceSum', [value, graph.integers(1)], { keepdims: 0 });
  const count = graph.add('Max', [total(seen), graph.scalar(1e-9)]);
  return graph.add('Div', [total(graph.add('Mul', [hidden, seen])), count]);
}

function normalize(graph: GraphBuilder, x: string): string {
  const length = graph.add('ReduceL2', [x], { axes: [1], keepdims: 1 });
  return graph.add('Div', [x, graph.add('Max', [length, graph.scalar(1e-12)])]);
}

/** The same weights under longer names, so that two dense layers do not meet. */
function prefixed(weights: WeightReader, prefix: string): WeightReader {
  const short = (name: string): string => name.slice(prefix.length);
  return {
    shape: (name) => weights.shape(short(name)),
    float32: (name) => weights.float32(short(name)),
    rows: (name, rows) => weights.rows(short(name), rows),
    int8: (name) => weights.int8(short(name)),
  };
}
