import { activationNames, float32ToHalf, halfToFloat32, int4GroupSize, type WeightReader } from '@albert-web/core';
import { exactActivation, maxAbsDiff, plainWeights, seededRandom } from '@albert-web/testing';
import { expect, it } from 'vitest';
import { layerNorm } from '../../reference/layer-norm.ts';
import { multiply } from '../../reference/linear.ts';
import { int4Weights } from '../../testing/int4-weights.ts';
import { int8Rows, packMatrix } from '../packing.ts';
import { momentGroups, packSizes, vectorsOf } from '../sizes.ts';
import { describeOnWebgpu } from '../testing/device.ts';
import type { Bench } from '../testing/device.ts';
import { callBuffer, callOf, padRows, readFloats, runKernel, unpadRows } from '../testing/run-kernel.ts';
import { moments } from './moments-reference.ts';
import type { Matmul } from './program.ts';
import { matmulBindings, matmulProgram } from './program.ts';
import type { Tile } from './tiles.ts';
import { tiles } from './tiles.ts';
import { weightStorages, type WeightStorage } from './weight-storage.ts';

const [, , medium] = tiles as [Tile, Tile, Tile];
const random = seededRandom(11);
const epsilon = 1e-12;

describeOnWebgpu('matmul', (bench) => {
  it('normalizes rows as it reads them', async () => {
    for (const [rows, depth, columns] of shapes(3)) {
      await check(bench(), { input: 'normalized', finish: 'linear' }, 'f32', medium, { rows, depth, columns });
    }
  });

  it.each(tiles)('adds a normalized residual and writes moments, in tile $name', async (tile) => {
    for (const [rows, depth, columns] of shapes(3)) {
      await check(bench(), { input: 'buffer', finish: 'residual-normalized' }, 'f32', tile, { rows, depth, columns });
    }
  });

  it.each(activationNames)('applies the activation %s', async (finish) => {
    await check(bench(), { input: 'buffer', finish }, 'f32', medium, { rows: 5, depth: 7, columns: 70 });
  });

  it.each([
    ['q8-dot4', 'slim'],
    ['q8-dot4', 'medium'],
    ['q4-dot4', 'slim'],
    ['q4-dot4', 'medium'],
  ] as const)('multiplies integers, with weights in %s and tile %s', async (storage, name) => {
    const tile = tiles.find((candidate) => candidate.name === name) ?? medium;
    for (const [rows, depth, columns] of shapes(2)) {
      await check(bench(), { input: 'normalized', finish: 'linear' }, storage, tile, { rows, depth, columns });
    }
  });

  it.each(['f16-packed', 'q8', 'q4'] as const)('unpacks weights in %s', async (storage) => {
    for (const [rows, depth, columns] of shapes(3)) {
      await check(bench(), { input: 'tensor', finish: 'linear' }, storage, medium, { rows, depth, columns });
    }
  });
});

/** Returns sizes around the edges of tiles and vectors, then random ones. */
function shapes(count: number): [rows: number, depth: number, columns: number][] {
  const drawn = Array.from({ length: count }, () => [
    random.integer(1, 140),
    random.integer(1, 90),
    random.integer(1, 140),
  ]);
  return [[1, 1, 1], [33, 31, 65], ...drawn] as [number, number, number][];
}

interface Shape {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/** Compares one product on random numbers with the plain loops. */
async function check(
  { device, pool }: Bench,
  matmul: Matmul,
  storage: WeightStorage,
  tile: Tile,
  { rows, depth: anyDepth, columns }: Shape,
): Promise<void> {
  const { input: source, finish } = matmul;
  const grouped = storage === 'q4' || storage === 'q4-dot4';
  const depth = grouped ? int4GroupSize * Math.ceil(anyDepth / int4GroupSize) : anyDepth;
  const addsResidual = finish === 'residual' || finish === 'residual-normalized';
  const hidden = addsResidual ? columns : depth;
  const input = random.normals(rows * depth);
  const residual = random.normals(rows * hidden, 3);
  const norm = { weight: random.normals(hidden), bias: random.normals(hidden), epsilon };
  const weights = grouped ? int4Matrix(depth, columns) : floatMatrix(depth, columns);
  const layout = { names: ['m'], stored: { inputs: depth, outputs: columns }, depth, columnsEach: columns };
  const packed = packMatrix(weights, layout, storage);
  const unnormalized = source === 'normalized' ? input : residual;
  const call = callOf(1, rows);
  const output = readable(device, 16 * rows * vectorsOf(columns));
  const outputMoments = readable(device, 8 * rows * momentGroups(hidden));

  await runKernel(
    device,
    matmulProgram(matmul, storage, tile),
    {
      [matmulBindings.call]: callBuffer(pool, call),
      [matmulBindings.input]: pool.constant('input', source === 'tensor' ? input : padRows(input, rows, depth)),
      [matmulBindings.weight]: pool.constant('weight', packed.weight),
      [matmulBindings.columnVectors]: pool.constant('columns', packed.columnVectors),
      [matmulBindings.output]: output,
      [matmulBindings.rowMoments]: pool.constant('moments', moments(unnormalized, hidden)),
      [matmulBindings.norm]: pool.constant('norm', padRows(Float32Array.of(...norm.weight, ...norm.bias), 2, hidden)),
      [matmulBindings.residual]: pool.constant('residual', padRows(residual, rows, hidden)),
      [matmulBindings.outputMoments]: outputMoments,
      [matmulBindings.sizes]: pool.uniform('sizes', packSizes({ depth, columns, hidden, epsilon })),
    },
    call,
    columns,
  );

  const values = await readFloats(device, output, output.size / 4);
  const actual = unpadRows(values, rows, columns);
  const plain = source === 'normalized' ? layerNorm(input, norm) : input;
  const bytes = weightStorages[storage].products === 'bytes';
  const read = bytes ? throughInt8(plain, depth) : plain;
  const product = multiply(read, { weight: storedWeight(weights, storage, depth), bias: weights.float32('m.bias') });
  const added = finish === 'residual-normalized' ? layerNorm(residual, norm) : residual;
  const expected = product.map((value, i) => {
    if (addsResidual) return value + (added[i] ?? 0);
    return finish === 'linear' ? value : exactActivation(value, finish);
  });
  const what = `${source} [${rows}, ${depth}] x [${depth}, ${columns}] ${finish} ${storage} in ${tile.name}`;
  if (bytes) {
    // A value on the border of two steps may be rounded to either; nothing else may differ.
    const apart = actual.map((value, i) => Math.abs(value - (expected[i] ?? NaN))).sort();
    expect(apart[Math.floor(apart.length * 0.9)], what).toBeLessThan(2e-5);
    expect(apart.at(-1), what).toBeLessThan(5e-2);
  } else {
    expect(maxAbsDiff(actual, expected), what).toBeLessThan(2e-5);
  }
  // Rows are read as whole vectors, so they must end in zeros.
  expect(maxAbsDiff(values, padRows(actual, rows, columns)), `padding of ${what}`).toBe(0);
  if (addsResidual) {
    const left = await readFloats(device, outputMoments, outputMoments.size / 4);
    const right = moments(actual, hidden);
    const worst = left.reduce((most, value, i) => Math.max(most, Math.abs(value - (right[i] ?? NaN)) / (1 + value)), 0);
    expect(worst, `moments of ${what}`).toBeLessThan(1e-5);
  }
}

/** Makes the weight and bias of `m`. */
function floatMatrix(depth: number, columns: number): WeightReader {
  return plainWeights(
    new Map([
      ['m.weight', { shape: [columns, depth], values: random.normals(columns * depth, 0.2) }],
      ['m.bias', { shape: [columns], values: random.normals(columns) }],
    ]),
  );
}

/** Makes the same with a 4-bit weight. */
function int4Matrix(depth: number, columns: number): WeightReader {
  return int4Weights(
    [
      { name: 'm.weight', shape: [columns, depth] },
      { name: 'm.bias', shape: [columns] },
    ],
    random,
  ).stored;
}

/** Returns the weight `[columns, depth]` as it is after rounding to the storage. */
function storedWeight(weights: WeightReader, storage: WeightStorage, depth: number): Float32Array {
  const values = weights.float32('m.weight');
  switch (storage) {
    case 'f32':
    case 'q4':
    case 'q4-dot4':
      return values;
    case 'f16':
    case 'f16-packed':
      return halfToFloat32(float32ToHalf(values));
    case 'q8':
    case 'q8-dot4': {
      const { values: steps, scales } = int8Rows(weights, 'm.weight', depth);
      return Float32Array.from(steps, (step, i) => step * (scales[Math.floor(i / depth)] ?? 0));
    }
  }
}

/** Quantizes rows to int8 and back, with one scale for every 32 values of a row. */
function throughInt8(rows: Float32Array, depth: number): Float32Array {
  const result = rows.slice();
  for (let start = 0; start < rows.length; start += depth) {
    for (let first = 0; first < depth; first += 32) {
      const block = result.subarray(start + first, start + Math.min(first + 32, depth));
      const size = block.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
      block.forEach((value, i) => (block[i] = size && (Math.round((value * 127) / size) * size) / 127));
    }
  }
  return result;
}

function readable(device: GPUDevice, bytes: number): GPUBuffer {
  return device.createBuffer({ size: bytes, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
}
