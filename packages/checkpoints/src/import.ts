import { readConfig } from '@albert-web/core';
import type { BaseModelOptions } from './adapter/find.ts';
import type { ConvertedModel } from './converted.ts';
import { findEncoder, type EncoderFiles } from './encoder-files.ts';
import { missingFile } from './files/model-files.ts';
import type { ModelFiles, ReadOptions } from './files/types.ts';
import { fitModel } from './fit.ts';
import { findCheckpoint, loadWeightFile, type LoadOptions } from './load.ts';
import { findOnnx } from './onnx/find.ts';
import { missingWeights } from './other-formats.ts';
import { findBundle } from './tensorflow/find-bundle.ts';
import { adapterFormats, frameworkFormats, isWeightFile } from './weight-files.ts';

const tfjsFile = 'model.json';

/** What reads the other formats. Few models need it, so it is loaded on demand, like the readers of `weight-files.ts`. */
const readers = {
  adapter: () => import('./adapter/merge.ts'),
  onnx: () => import('./onnx/read.ts'),
  tensorflow: () => import('./tensorflow/convert.ts'),
  tfjs: () => import('./tfjs/read.ts'),
};

/** Options for importing a model. */
export interface ImportOptions extends Omit<LoadOptions, 'folder'>, Pick<BaseModelOptions, 'baseModel'> {
  /**
   * The weights to read from a folder that has several, or that has them under another name: a file such as
   * `pytorch_model.bin`, `epoch=3.ckpt` or `onnx/model_quantized.onnx`, the index of shards, or the TensorFlow checkpoint
   * `model.ckpt-1000`.
   */
  readonly weights?: string | undefined;
}

/**
 * Reads a model in any supported format: `model.safetensors`, `pytorch_model.bin`, `tf_model.h5` or `flax_model.msgpack` of
 * Hugging Face; a TensorFlow.js manifest or an ONNX file with a `config.json`; a TensorFlow V1 checkpoint of the original release;
 * or a TF-Hub module. Everything in this runtime uses this function. The result matches its configuration.
 *
 * @throws MissingFileError when the folder has none of these; UnknownTensorError, ConvertError, MissingTensorError,
 * TensorShapeError and ConfigError when its parts do not match; and what reading the format throws
 */
export async function importModel(
  files: ModelFiles,
  options: ImportOptions = {},
): Promise<ConvertedModel & { readonly files: ModelFiles }> {
  const encoder = await findEncoder(files, options);
  return { ...(await importEncoder(encoder, options)), files: encoder.files };
}

/** Like `importModel`, for an encoder found by `findEncoder`. */
export async function importEncoder(
  { files, config, adapter }: EncoderFiles,
  options: ImportOptions = {},
): Promise<ConvertedModel> {
  if (adapter) return importAdapted(adapter, options);
  // A model that is not an ALBERT is rejected before its weights are fetched.
  if (config) readConfig(config);
  const { signal, weights } = options;
  const model =
    weights === undefined
      ? config && (await findWeights(files, config, options))
      : await namedWeights(files, config, options, weights);
  if (model) return model;
  const prefix = await findBundle(files, { signal, prefix: weights });
  if (prefix === undefined) throw await missingWeights(files, { signal });
  const { convertTensorflow } = await readers.tensorflow();
  return fitted(await convertTensorflow(files, { signal, prefix }), `${prefix}.index`);
}

/** Reads weights that come with a `config.json`, in order of preference. */
async function findWeights(
  files: ModelFiles,
  config: ConvertedModel['config'],
  options: ImportOptions,
): Promise<ConvertedModel | undefined> {
  const { signal } = options;
  const usual = await findCheckpoint(files, options);
  if (usual) return fitModel(config, usual, files.location);
  const file = await findOnnx(files, options);
  if (file !== undefined) return importOnnx(files, { ...options, file, config });
  if (await files.has(tfjsFile, { signal })) return importTfjs(files, config, { signal });
  const checkpoint = await findCheckpoint(files, options, frameworkFormats);
  return checkpoint && fitModel(config, checkpoint, files.location);
}

/** Reads weights by file name. Returns undefined for the name of a TensorFlow checkpoint, which stands for several files. */
async function namedWeights(
  files: ModelFiles,
  config: EncoderFiles['config'],
  options: ImportOptions,
  file: string,
): Promise<ConvertedModel | undefined> {
  const { signal } = options;
  const isOnnx = file.endsWith('.onnx');
  if (!isWeightFile(file) && file !== tfjsFile) return undefined;
  // Lightning's `epoch=3.ckpt` is one file.
  if (file.endsWith('.ckpt') && (await files.has(`${file}.index`, { signal }))) return undefined;
  if (!config) throw missingFile('config.json', files.location);
  if (isOnnx) return importOnnx(files, { ...options, file, config });
  if (file === tfjsFile) return importTfjs(files, config, { signal });
  return fitModel(config, await loadWeightFile(files, file, options), file);
}

async function importOnnx(
  files: ModelFiles,
  options: ImportOptions & { readonly file: string; readonly config: ConvertedModel['config'] },
): Promise<ConvertedModel> {
  const { convertOnnx } = await readers.onnx();
  return fitted(await convertOnnx(files, options), options.file);
}

async function importTfjs(
  files: ModelFiles,
  config: ConvertedModel['config'],
  { signal }: ReadOptions,
): Promise<ConvertedModel> {
  const { readTfjs } = await readers.tfjs();
  return fitModel(config, await readTfjs(files, { signal }), tfjsFile);
}

/** Imports the base model and merges the adapter. */
async function importAdapted(
  { files, config, encoder }: NonNullable<EncoderFiles['adapter']>,
  options: ImportOptions,
): Promise<ConvertedModel> {
  const [{ mergeAdapter }, base, stored] = await Promise.all([
    readers.adapter(),
    importEncoder(encoder, options),
    findCheckpoint(files, { signal: options.signal }, adapterFormats),
  ]);
  if (!stored) throw missingFile(adapterFormats.map(({ single }) => single).join(' or '), files.location);
  return fitted({ ...base, ...mergeAdapter(base, config, stored, files.location) }, files.location);
}

/** Checks a converted model against its configuration. Keeps the list of skipped tensors and the notes. */
function fitted({ config, checkpoint, skipped, notes = [] }: ConvertedModel, file: string): ConvertedModel {
  const model = fitModel(config, checkpoint, file);
  return { ...model, skipped: [...skipped, ...model.skipped], notes: [...notes, ...(model.notes ?? [])] };
}
