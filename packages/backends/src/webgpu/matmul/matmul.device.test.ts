import type { WeightReader } from '@albert-web/core';
import { maxAbsDiff, plainWeights, seededRandom } from '@albert-web/testing';
import { expect, it } from 'vitest';
import { float16Bits, float16Value } from '../float16.ts';
import { int8Rows, packMatrix } from '../packing.ts';
import { momentGroups, packSizes, vectorsOf } from '../sizes.ts';
import { describeOnWebgpu } from '../testing/device.ts';
import type { Bench } from '../testing/device.ts';
import { callBuffer, callOf, padRows, readFloats, runKernel, unpadRows } from '../testing/run-kernel.ts';
import type { Matmul, WeightStorage } from './program.ts';
import { matmulBindings, matmulProgram } from './program.ts';
import { activate, layerNorm, moments, multiply } from './reference.ts';
import type { Tile } from './tiles.ts';
import { tiles } from './tiles.ts';

const [, , medium] = tiles as [Tile, Tile, Tile];
const random = seededRandom(11);
const epsilon = 1e-12;

describeOnWebgpu('matmul', (bench) => {
  it.each(tiles)('reads rows through their LayerNorm, in tile $name', async (tile) => {
    for (const [rows, depth, columns] of shapes(3)) {
      await check(bench(), { input: 'normalised', finish: 'linear' }, 'f32', tile, { rows, depth, columns });
    }
  });

  it.each(tiles)('adds a residual through its LayerNorm and leaves moments, in tile $name', async (tile) => {
    for (const [rows, depth, columns] of shapes(3)) {
      await check(bench(), { input: 'buffer', finish: 'residual-normalised' }, 'f32', tile, { rows, depth, columns });
    }
  });

  it.each(['gelu_new', 'gelu', 'relu'] as const)('activates by %s', async (finish) => {
    await check(bench(), { input: 'buffer', finish }, 'f32', medium, { rows: 5, depth: 7, columns: 70 });
  });

  it.each(['f16-packed', 'q8'] as const)('unpacks weights in %s', async (storage) => {
    for (const [rows, depth, columns] of shapes(3)) {
      await check(bench(), { input: 'tensor', finish: 'linear' }, storage, medium, { rows, depth, columns });
    }
  });
});

/** Sizes around the edges of tiles and vectors, then random ones. */
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

/** One product on random numbers against the plain loops. */
async function check(
  { device, pool }: Bench,
  matmul: Matmul,
  storage: WeightStorage,
  tile: Tile,
  { rows, depth, columns }: Shape,
): Promise<void> {
  const { input: source, finish } = matmul;
  const addsResidual = finish === 'residual' || finish === 'residual-normalised';
  const hidden = addsResidual ? columns : depth;
  const input = random.normals(rows * depth);
  const residual = random.normals(rows * hidden, 3);
  const norm = { weight: random.normals(hidden), bias: random.normals(hidden), epsilon };
  const weights = plainWeights(
    new Map([
      ['m.weight', { shape: [columns, depth], values: random.normals(columns * depth, 0.2) }],
      ['m.bias', { shape: [columns], values: random.normals(columns) }],
    ]),
  );
  const layout = { names: ['m'], stored: { inputs: depth, outputs: columns }, depth, columnsEach: columns };
  const packed = packMatrix(weights, layout, storage);
  const unnormalised = source === 'normalised' ? input : residual;
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
      [matmulBindings.rowMoments]: pool.constant('moments', moments(unnormalised, hidden)),
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
  const read = source === 'normalised' ? layerNorm(input, norm) : input;
  const product = multiply(read, storedWeight(weights, storage, depth), weights.float32('m.bias'), depth);
  const added = finish === 'residual-normalised' ? layerNorm(residual, norm) : residual;
  const expected = product.map((value, i) => {
    if (addsResidual) return value + (added[i] ?? 0);
    return finish === 'linear' ? value : activate(value, finish);
  });
  const what = `${source} [${rows}, ${depth}] x [${depth}, ${columns}] ${finish} ${storage} in ${tile.name}`;
  expect(maxAbsDiff(actual, expected), what).toBeLessThan(2e-5);
  // What is read as whole vectors must end in zeros.
  expect(maxAbsDiff(values, padRows(actual, rows, columns)), `padding of ${what}`).toBe(0);
  if (addsResidual) {
    const left = await readFloats(device, outputMoments, outputMoments.size / 4);
    const right = moments(actual, hidden);
    const worst = left.reduce((most, value, i) => Math.max(most, Math.abs(value - (right[i] ?? NaN)) / (1 + value)), 0);
    expect(worst, `moments of ${what}`).toBeLessThan(1e-5);
  }
}

/** The weight `[depth, columns]` that the stored precision stands for. */
function storedWeight(weights: WeightReader, storage: WeightStorage, depth: number): Float32Array {
  const { values, scales } =
    storage === 'q8'
      ? int8Rows(weights, 'm.weight', depth)
      : { values: weights.float32('m.weight'), scales: undefined };
  const columns = values.length / depth;
  return Float32Array.from({ length: values.length }, (_, i) => {
    const column = i % columns;
    const value = values[column * depth + Math.floor(i / columns)] ?? 0;
    return storage === 'f32'
      ? value
      : storage === 'q8'
        ? value * (scales?.[column] ?? 0)
        : float16Value(float16Bits(value));
  });
}

function readable(device: GPUDevice, bytes: number): GPUBuffer {
  return device.createBuffer({ size: bytes, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
}
