import type { WeightReader } from '@albert-web/core';
import type { ForwardGolden } from '@albert-web/core/golden';
import { readFixture, readFixtureJson } from './fixtures.ts';
import type { Random } from './numbers.ts';

/** `vocab.txt` of the golden models, which are stored without one: five special tokens, then w5 to w299. */
export const goldenVocabulary = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  ...Array.from({ length: 295 }, (_, i) => `w${i + 5}`),
].join('\n');

/** All folders under `fixtures/models`. */
export const goldenModels = [
  'default-base',
  'default-choice',
  'default-mlm',
  'default-pretraining',
  'default-qa',
  'default-sequence',
  'default-token',
  'gelu_erf-base',
  'gelu_erf-sequence',
  'groups-base',
  'groups-sequence',
  'head_dim_odd-base',
  'head_dim_odd-sequence',
  'inner-base',
  'inner-sequence',
  'relu-base',
  'relu-sequence',
  'silu-base',
  'tanh-base',
] as const;

/** A golden model: its parsed config.json, its weights, its recorded forward passes. */
export interface GoldenModel {
  readonly config: unknown;
  readonly weights: WeightReader;
  readonly cases: readonly ForwardGolden[];
}

/** Loads a folder of `fixtures/models`. */
export async function readGoldenModel(name: string): Promise<GoldenModel> {
  const [config, cases, file] = await Promise.all([
    readFixtureJson<unknown>(`models/${name}/config.json`),
    readFixtureJson<ForwardGolden[]>(`models/${name}/golden.json`),
    readFixture(`models/${name}/model.safetensors`),
  ]);
  return { config, cases, weights: plainWeights(readF32Safetensors(file)) };
}

/** Creates a weight reader for plain f32 arrays. @param tensors shape and values by canonical name */
export function plainWeights(tensors: ReadonlyMap<string, PlainTensor>): WeightReader {
  const find = (name: string): PlainTensor => {
    const tensor = tensors.get(name);
    if (!tensor) throw new Error(`no weight ${name}`);
    return tensor;
  };
  return {
    shape: (name) => tensors.get(name)?.shape,
    float32: (name) => find(name).values.slice(),
    rows: (name, rows) => {
      const { shape, values } = find(name);
      return matrixRows(values, shape[1] ?? 1, rows);
    },
    int8: () => undefined,
    int4: () => undefined,
  };
}

/** Copies rows of a matrix with this many columns. Missing rows become NaN. */
export function matrixRows(values: Float32Array, columns: number, rows: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const picked = new Float32Array(rows.length * columns).fill(NaN);
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] ?? NaN) * columns;
    picked.set(values.subarray(start, start + columns), i * columns);
  }
  return picked;
}

/** A tensor as plain numbers. */
export interface PlainTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

/** Creates random weights for these names and shapes: normal with a standard deviation of `scale`, LayerNorm near 1 and 0. */
export function randomWeights(
  specs: readonly { name: string; shape: readonly number[] }[],
  random: Random,
  scale = 0.05,
): WeightReader {
  const tensors = specs.map(({ name, shape }): [string, PlainTensor] => {
    const values = random.normals(
      shape.reduce((size, side) => size * side, 1),
      scale,
    );
    if (/(LayerNorm|layer_norm)\.weight$/.test(name)) values.forEach((value, index) => (values[index] = 1 + value));
    return [name, { shape, values }];
  });
  return plainWeights(new Map(tensors));
}

function readF32Safetensors(file: Uint8Array<ArrayBuffer>): Map<string, PlainTensor> {
  const headerSize = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerSize))) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  const tensors = new Map<string, PlainTensor>();
  for (const [name, { shape, data_offsets }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const bytes = file.slice(8 + headerSize + data_offsets[0], 8 + headerSize + data_offsets[1]);
    tensors.set(name.replace(/^albert\./, ''), { shape, values: new Float32Array(bytes.buffer) });
  }
  return tensors;
}
