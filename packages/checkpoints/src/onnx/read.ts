/** Reads the weights of an ONNX model from any exporter. The operations identify each weight. */
import { architectureOf, readConfig, type Note } from '@albert-web/core';
import { unknownTensors, type SkippedTensor } from '../albert-tensors.ts';
import { cannotConvert } from '../convert-error.ts';
import { ConvertError } from '../errors.ts';
import type { ConvertedModel } from '../converted.ts';
import { elementCount } from '../dtype.ts';
import type { ModelFiles, ReadOptions } from '../files/types.ts';
import { withinLimit } from '../files/within-limit.ts';
import type { LoadOptions } from '../load.ts';
import { fileMeter } from '../progress.ts';
import { nameParts, type NamedParts } from './read/albert.ts';
import { sameWeight } from './read/compare.ts';
import { shorten } from './read/constant.ts';
import { parseOnnx, type GraphConstant, type OnnxGraph } from './read/graph.ts';
import { findParts } from './read/parts.ts';
import type { Bytes } from './read/protobuf.ts';
import { storeWeight } from './read/store.ts';
import { Wiring } from './read/wiring.ts';

type Config = ConvertedModel['config'];

/** The file, and its companions. */
interface OnnxSource extends Pick<LoadOptions, 'signal' | 'onProgress'> {
  readonly file: string;
  /** Parsed `config.json`. */
  readonly config: Config;
}

/**
 * Reads an ONNX model: exports of optimum, of both PyTorch exporters, of transformers.js and of this project; in f32 or f16, or
 * quantized by ONNX Runtime in any way; with or without external data.
 *
 * The graph determines which head the model has and whether the decoder is tied.
 *
 * @throws ConvertError when the graph is not the ALBERT that `config` describes, UnknownTensorError when it has additional weights,
 * and what reading the files throws
 */
export async function convertOnnx(
  files: ModelFiles,
  { file, config, signal, onProgress }: OnnxSource,
): Promise<ConvertedModel> {
  const meter = fileMeter(file, onProgress);
  const within = withinLimit(files, `${file} with its data`);
  const bytes = await within.readBytes(file, { signal, onBytes: meter.update });
  meter.finish(bytes.length);
  const graph = parseOnnx(bytes, file);
  const external = await readExternal(within, graph, { file, signal });
  const model = readOnnx(graph, { file, config, external });
  if (graph.outputs.includes('sentence_embedding') && !(await files.has('modules.json', { signal }))) {
    throw cannotConvert(file, 'is a sentence encoder without modules.json, which lists what follows the encoder');
  }
  return model;
}

/** Reads external data files, by path. */
async function readExternal(
  files: ModelFiles,
  { constants }: OnnxGraph,
  { file, signal }: Pick<ReadOptions, 'signal'> & { readonly file: string },
): Promise<ReadonlyMap<string, Bytes>> {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const locations = new Set(
    [...constants.values()].flatMap(({ data }) => (data instanceof Uint8Array ? [] : [data.location])),
  );
  const read = async (location: string) =>
    [location, await files.readBytes(`${folder}${location.replace(/^\.\//u, '')}`, { signal })] as const;
  return new Map(await Promise.all([...locations].map(read)));
}

/** Like `convertOnnx`, for a parsed graph. */
export function readOnnx(
  graph: OnnxGraph,
  {
    file,
    config,
    external = new Map(),
  }: { readonly file: string; readonly config: Config; readonly external?: ReadonlyMap<string, Bytes> },
): ConvertedModel {
  const wiring = new Wiring(graph, file, (constant) => bytesOf(constant, external, file));
  const named = nameParts(findParts(wiring), readConfig(config), wiring);
  checkNames(named, wiring);
  const unused = unusedConstants(named, wiring);
  if (unused.length > 0) throw named.weights.has(positions) ? unknownTensors(unused, file) : oneLength(file);
  const stored = [...named.weights].map(([name, matrix]) => ({ name, ...storeWeight(name, matrix) }));
  const tensors = new Map(stored.flatMap(({ tensors }) => tensors.map((tensor) => [tensor.name, tensor])));
  // If the weights of any layer are floats, the model computes in floats.
  const isQuantized = [...tensors.values()].every(({ name, shape, dtype }) => {
    return dtype === 'I8' || shape.length !== 2 || !name.startsWith('encoder.albert_layer_groups');
  });
  const rounded = stored.filter(({ rounded }) => rounded).map(({ name }) => name);
  return {
    config: { ...config, architectures: [architectureOf(named.head)], tie_word_embeddings: named.tied },
    checkpoint: { tensors, metadata: { format: 'pt', ...(isQuantized && { quantization: 'q8' }) } },
    skipped: skippedOf(named),
    notes: rounded.length > 0 ? [roundedNote(file, rounded)] : [],
  };
}

const positions = 'embeddings.position_embeddings.weight';

/** The error for a fixed length: an exporter that knows it stores the constant part of the embeddings instead of the table. */
function oneLength(file: string): ConvertError {
  return new ConvertError({
    problem: `${file} was exported for texts of one length: it has no table of position embeddings`,
    remedy: 'Export it again with dynamic axes for batch and sequence, or take model.safetensors of the same model',
  });
}

function roundedNote(file: string, tensors: readonly string[]): Note {
  const [first = ''] = tensors;
  const which = tensors.length === 1 ? `${first} was` : `${tensors.length} matrices, ${first} among them, were`;
  const message = `${file} is quantized with zero points or by column; ${which} requantized to int8 with one scale per row`;
  return { message, reason: { code: 'requantized', file, tensors } };
}

/** Returns skipped tensors by their names in the file, without duplicates. */
function skippedOf({ omitted, sources }: NamedParts): SkippedTensor[] {
  const reasons = new Map(omitted.flatMap(({ value, reason }) => value.sources.map((name) => [name, reason] as const)));
  return [...reasons].filter(([name]) => !sources.has(name)).map(([name, reason]) => ({ name, reason }));
}

function bytesOf({ name, data }: GraphConstant, external: ReadonlyMap<string, Bytes>, file: string): Bytes {
  if (data instanceof Uint8Array) return data;
  const bytes = external.get(data.location) ?? new Uint8Array();
  const end = data.length === undefined ? bytes.length : data.offset + data.length;
  if (end > bytes.length) throw cannotConvert(file, `has "${shorten(name)}" beyond the end of ${data.location}`);
  return bytes.subarray(data.offset, end);
}

/** `TensorProto.DataType` of shapes and indices, which are not weights. */
const integerTypes = new Set([6, 7, 9, 12, 13]);

/** Returns weights in use that are not part of an ALBERT. Dropping them would change the results. */
function unusedConstants({ sources, omitted }: NamedParts, wiring: Wiring): string[] {
  const used = new Set([...sources, ...omitted.flatMap(({ value }) => value.sources)]);
  return [...wiring.graph.constants.values()].flatMap(({ name, type, shape }) => {
    const isWeight = elementCount(shape) > 1 && !integerTypes.has(type);
    return isWeight && !used.has(name) && wiring.consumers(name).length > 0 ? [name] : [];
  });
}

/** Checks that weights with Hugging Face's names in the file are the ones that were identified, or equal to them. */
function checkNames({ weights }: NamedParts, wiring: Wiring): void {
  const landmark = 'embeddings.word_embeddings.weight';
  const prefix = [...wiring.graph.constants.keys()].find((name) => name.endsWith(landmark))?.slice(0, -landmark.length);
  if (prefix === undefined) return;
  for (const [name, matrix] of weights) {
    const { value } = matrix;
    const stored = [`${prefix}${name}`, name].find((name) => wiring.graph.constants.has(name));
    const other = wiring.constant(stored);
    if (stored === undefined || !other || value.sources.includes(stored) || elementCount(value.shape) === 1) continue;
    const isSame = [false, true].some((byColumns) => sameWeight(matrix, { value: other, byColumns }) !== undefined);
    if (!isSame) throw cannotConvert(wiring.file, `has a ${stored} that it does not use as such`);
  }
}
