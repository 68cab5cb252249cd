/**
 * Reads the modules that sentence-transformers runs after the encoder of a sentence encoder, in every file layout since 2019.
 *
 * Source: huggingface/sentence-transformers `models/{Transformer,Pooling,Dense,LayerNorm,Normalize}.py`, versions 0.3 to 6.
 */
import { refusedField, unknownFields, type AlbertError, type FieldTable } from '@albert-web/errors';
import type { WeightReader } from '@albert-web/core';
import * as v from 'valibot';
import { optionalFiles } from '../files/optional.ts';
import type { ModelFiles, ReadOptions } from '../files/types.ts';
import { loadCheckpoint } from '../load.ts';
import { weightReader } from '../reader.ts';
import { denseFields, layerNormFields, normalizeFields, poolingFields } from './fields.ts';
import { SentenceModuleError } from '../errors.ts';

/** Pooling modes, in the order in which several are concatenated. */
export const poolingModes = ['cls', 'max', 'mean', 'mean_sqrt_len_tokens', 'weightedmean', 'lasttoken'] as const;
/** A pooling mode, by its name in sentence-transformers. */
export type PoolingMode = (typeof poolingModes)[number];

/** Activations of Dense modules, by the names of their PyTorch classes. */
export const denseActivations = ['Identity', 'Tanh', 'ReLU', 'GELU', 'Sigmoid', 'SiLU'] as const;
/** Activation of a Dense module, by the name of its PyTorch class. */
export type DenseActivation = (typeof denseActivations)[number];

/** A module. */
export type SentenceModule =
  /** `[length, hidden]` to `[modes * hidden]`. `includesPrompt`: whether the tokens of a prompt count. */
  | { readonly kind: 'pooling'; readonly modes: readonly PoolingMode[]; readonly includesPrompt: boolean }
  /** `weights` has `linear.weight` `[outputs, inputs]` and, with `bias`, `linear.bias`. */
  | {
      readonly kind: 'dense';
      readonly weights: WeightReader;
      readonly inputs: number;
      readonly outputs: number;
      readonly bias: boolean;
      readonly activation: DenseActivation;
    }
  /** `weights` has `norm.weight` and `norm.bias`; epsilon is PyTorch's, 1e-5. */
  | { readonly kind: 'layerNorm'; readonly weights: WeightReader; readonly size: number }
  | { readonly kind: 'normalize' };

/** An entry of `modules.json`. */
export interface SentenceModuleEntry {
  /** The class with its package, as in the file. */
  readonly type: string;
  /** The class without its package: `Pooling`. */
  readonly name: string;
  /** Its folder; '' for the model's root. */
  readonly path: string;
}

/** Options for reading the files of a sentence encoder. */
export interface SentenceOptions extends Pick<ReadOptions, 'signal'> {
  /** Receives an UnknownFieldWarning for unknown fields. */
  readonly onWarning?: ((warning: AlbertError) => void) | undefined;
}

/** Names that modules had before version 0.3. */
const olderNames = new Map([['sentence_transformers.models.ALBERT', 'sentence_transformers.models.Transformer']]);

const moduleList = v.array(v.object({ type: v.string(), path: v.string() }));
const flag = v.nullish(v.boolean(), false);
const poolingConfig = v.looseObject({
  pooling_mode: v.nullish(v.union([v.picklist(poolingModes), v.array(v.picklist(poolingModes))])),
  pooling_mode_cls_token: flag,
  pooling_mode_max_tokens: flag,
  pooling_mode_mean_tokens: flag,
  pooling_mode_mean_sqrt_len_tokens: flag,
  pooling_mode_weightedmean_tokens: flag,
  pooling_mode_lasttoken: flag,
  include_prompt: v.nullish(v.boolean(), true),
});
/** The flag of each mode in files before version 5.4. */
const modeFlags = {
  cls: 'pooling_mode_cls_token',
  max: 'pooling_mode_max_tokens',
  mean: 'pooling_mode_mean_tokens',
  mean_sqrt_len_tokens: 'pooling_mode_mean_sqrt_len_tokens',
  weightedmean: 'pooling_mode_weightedmean_tokens',
  lasttoken: 'pooling_mode_lasttoken',
} as const satisfies Record<PoolingMode, string>;

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const denseConfig = v.object({
  in_features: size,
  out_features: size,
  bias: v.optional(v.boolean(), true),
  activation_function: v.optional(v.string(), 'Tanh'),
});
const layerNormConfig = v.object({ dimension: size });

/**
 * Reads the entries of `modules.json`, in execution order. Returns undefined if there is no such file.
 *
 * @throws SentenceModuleError for an invalid file
 */
export async function listSentenceModules(
  files: ModelFiles,
  options: SentenceOptions = {},
): Promise<readonly SentenceModuleEntry[] | undefined> {
  const json = await optionalFiles(files, options.signal).readJson('modules.json');
  if (json === undefined) return undefined;
  return checked(moduleList, 'modules.json', json).map(({ type: written, path }) => {
    const type = olderNames.get(written) ?? written;
    return { type, name: type.split('.').at(-1) ?? type, path: path.replace(/\/$/u, '') };
  });
}

/**
 * Reads the modules after the encoder. Returns undefined if the model is not a sentence encoder: it has no `modules.json`,
 * or is a cross-encoder of version 6, which lists only its encoder.
 *
 * @throws SentenceModuleError for anything unsupported, and what loading a checkpoint throws
 */
export async function readSentenceModules(
  files: ModelFiles,
  options: SentenceOptions = {},
): Promise<readonly SentenceModule[] | undefined> {
  const list = await listSentenceModules(files, options);
  const behind = list?.filter(({ name }) => name !== 'Transformer' && name !== 'Dropout') ?? [];
  if (behind.length === 0) return undefined;
  const modules = await Promise.all(behind.map((entry) => readModule(files, entry, options)));
  const [first, ...rest] = modules;
  if (first?.kind !== 'pooling' || rest.some(({ kind }) => kind === 'pooling'))
    throw unknown('modules.json', behind.map(({ name }) => name).join(', '), 'one Pooling, before all others');
  return modules;
}

async function readModule(
  files: ModelFiles,
  { type, name, path }: SentenceModuleEntry,
  options: SentenceOptions,
): Promise<SentenceModule> {
  const file = `${path}/config.json`;
  const read = async <T>(schema: v.GenericSchema<unknown, T>, fields: FieldTable): Promise<T> => {
    const optional = optionalFiles(files, options.signal);
    const json = await optional.readJson(file);
    if (json === undefined)
      throw (
        (await optional.whyMissing(file)) ??
        unknown('modules.json', `a module whose ${file} is missing`, 'all modules in the model')
      );
    return checkedFields(schema, fields, file, json, options);
  };
  switch (name) {
    case 'Pooling':
      return poolingOf(await read(poolingConfig, poolingFields), file);
    case 'Dense': {
      const {
        in_features: inputs,
        out_features: outputs,
        bias,
        activation_function,
      } = await read(denseConfig, denseFields);
      const activation = denseActivations.find((known) => known === activation_function.split('.').at(-1));
      if (!activation) throw unknown(file, `the activation ${activation_function}`, denseActivations.join(', '));
      const weights = weightReader(await loadCheckpoint(files, { ...options, folder: path }));
      return { kind: 'dense', weights, inputs, outputs, bias, activation };
    }
    case 'LayerNorm': {
      const { dimension } = await read(layerNormConfig, layerNormFields);
      const weights = weightReader(await loadCheckpoint(files, { ...options, folder: path }));
      return { kind: 'layerNorm', weights, size: dimension };
    }
    case 'Normalize': {
      // Only classes of the package `base` have settings. In older folders, each request would fail.
      const json = type.includes('.base.') ? await optionalFiles(files, options.signal).readJson(file) : {};
      checkedFields(v.looseObject({}), normalizeFields, file, json ?? {}, options);
      return { kind: 'normalize' };
    }
    default:
      throw unknown(
        'modules.json',
        `the module ${name.slice(0, 200)}`,
        'Pooling, Dense, LayerNorm, Normalize or Dropout',
      );
  }
}

function poolingOf(config: v.InferOutput<typeof poolingConfig>, file: string): SentenceModule {
  const { pooling_mode: named, include_prompt: includesPrompt } = config;
  const wanted = named === undefined || named === null ? undefined : new Set([named].flat());
  const known: readonly string[] = Object.values(modeFlags);
  const other = Object.keys(config).find(
    (name) => name.startsWith('pooling_mode_') && config[name] === true && !known.includes(name),
  );
  if (other !== undefined) throw unknown(file, other, `one of ${poolingModes.join(', ')}`);
  const modes = poolingModes.filter((mode) => wanted?.has(mode) ?? config[modeFlags[mode]]);
  if (modes.length === 0) throw unknown(file, 'no pooling mode', `one of ${poolingModes.join(', ')}`);
  return { kind: 'pooling', modes, includesPrompt };
}

/**
 * Like `checked`, for a file with a table of fields: also rejects unsupported values, and warns about unknown fields.
 *
 * @throws SentenceModuleError
 */
export function checkedFields<T>(
  schema: v.GenericSchema<unknown, T>,
  table: FieldTable,
  file: string,
  json: unknown,
  { onWarning }: SentenceOptions,
): T {
  const result = checked(schema, file, json);
  const fields = checked(v.record(v.string(), v.unknown()), file, json);
  const refused = refusedField(file, fields, table);
  if (refused) throw new SentenceModuleError(refused);
  const warning = unknownFields(file, fields, table);
  if (warning) onWarning?.(warning);
  return result;
}

/** Checks a parsed file against a schema. @throws SentenceModuleError */
export function checked<T>(schema: v.GenericSchema<unknown, T>, file: string, json: unknown): T {
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  throw unknown(file, v.summarize(result.issues), 'a file written by sentence-transformers');
}

function unknown(file: string, found: string, expected: string): SentenceModuleError {
  return new SentenceModuleError({
    problem: `${file} has ${found}`,
    expected: `Expected ${expected}`,
    remedy: 'Load a sentence encoder with supported modules, or remove modules.json to use the encoder alone',
  });
}
