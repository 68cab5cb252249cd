import { exactActivation, erf, seededRandom } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import { activationNames, type Activation } from '@albert-web/core/spec';
import { hasRelaxedSimd } from './features.ts';
import { Heap } from './heap.ts';
import { codes, layouts } from './layouts.ts';
import { writeRecord, type RecordOf } from './records.ts';

/** The exports of assembly/testing.ts: single kernels. */
interface TestKernels {
  applyExp(x: number, count: number, out: number): void;
  applyErf(x: number, count: number, out: number): void;
  applyActivation(activation: number, x: number, count: number, out: number): void;
  multiplyTile(rows: number, a: number, panelStride: number, w: number, panels: number, out: number): void;
  normalizeRow(x: number, stride: number, epsilon: number, norm: number): void;
  leastActivation(dot: number, topBit: number): number;
  isExact(dot: number, largest: number): number;
  tilesInBlock(pass: number, rowBytes: number, most: number): number;
  panelWeights(layer: number, panel: number, scratch: number): number;
  multiplyTileQ8(
    dot: number,
    rows: number,
    a: number,
    w: number,
    weightBytes: number,
    panels: number,
    out: number,
  ): void;
}

const [xAt, wAt, outAt] = [65536, 131072, 196608] as const;

async function startTestKernels(simd: string): Promise<{ kernels: TestKernels; memory: WebAssembly.Memory }> {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 16384 });
  const { instance } = await WebAssembly.instantiate(await readTestBuild(simd), { env: { memory } });
  return { kernels: instance.exports as unknown as TestKernels, memory };
}

async function readTestBuild(simd: string): Promise<BufferSource> {
  // Two literals, so that Vite sees two assets.
  const url =
    simd === 'relaxed'
      ? new URL('./build/testing-relaxed.wasm', import.meta.url)
      : new URL('./build/testing-plain.wasm', import.meta.url);
  if (url.protocol !== 'file:') return (await fetch(url)).arrayBuffer();
  const { readFile } = await import('node:fs/promises');
  return readFile(url);
}

const simds = hasRelaxedSimd() ? ['relaxed', 'plain'] : ['plain'];

describe.each(simds)('kernels, %s SIMD', async (simd) => {
  const { kernels, memory } = await startTestKernels(simd);

  const apply = {
    exp: kernels.applyExp.bind(kernels),
    erf: kernels.applyErf.bind(kernels),
    ...Object.fromEntries(
      activationNames.map((name) => [name, kernels.applyActivation.bind(kernels, codes.Activation[name])]),
    ),
  } as Record<'exp' | 'erf' | Activation, TestKernels['applyExp']>;

  // Published in assembly/math.ts.
  it.each([
    { name: 'exp', exact: Math.exp, from: -87, to: 88, relative: 2.5e-7, absolute: 0 },
    { name: 'erf', exact: erf, from: -6, to: 6, relative: 0, absolute: 5e-7 },
    { name: 'tanh', exact: Math.tanh, from: -12, to: 12, relative: 0, absolute: 2e-7 },
    ...(['gelu', 'gelu_new', 'relu', 'silu'] as const).map((name) => ({
      name,
      exact: (x: number) => exactActivation(x, name),
      from: -12,
      to: 12,
      relative: 4e-7,
      absolute: 2e-6,
    })),
  ] as const)('$name stays within its published error', ({ name, exact, from, to, relative, absolute }) => {
    const count = 8192;
    const x = new Float32Array(memory.buffer, xAt, count);
    for (let start = 0; start < 8; start++) {
      for (let i = 0; i < count; i++) x[i] = from + ((to - from) * (i + start / 8)) / count;
      apply[name](xAt, count, outAt);
      const actual = new Float32Array(memory.buffer, outAt, count);
      for (let i = 0; i < count; i++) {
        const expected = exact(x[i] ?? 0);
        const error = Math.abs((actual[i] ?? NaN) - expected) - relative * Math.abs(expected);
        if (!(error <= absolute)) expect.fail(`f(${x[i]}) = ${actual[i]}, not ${expected}`);
      }
    }
  });

  it('activations survive huge inputs', () => {
    const inputs = [-1e30, -1e4, -90, 0, 90, 1e4, 1e9, -0];
    new Float32Array(memory.buffer, xAt, 8).set(inputs);
    for (const name of activationNames.filter((each) => each !== 'tanh')) {
      apply[name](xAt, 8, outAt);
      const actual = [...new Float32Array(memory.buffer, outAt, 8)];
      actual.forEach((value, i) => expect(Math.abs(value - Math.max(0, inputs[i] ?? 0))).toBeLessThan(1e-4));
    }
    apply.tanh(xAt, 8, outAt);
    expect([...new Float32Array(memory.buffer, outAt, 8)]).toEqual([-1, -1, -1, 0, 1, 1, 1, 0]);
  });

  it('traps on an unknown activation code', () => {
    expect(() => kernels.applyActivation(77, xAt, 8, outAt)).toThrow(WebAssembly.RuntimeError);
  });

  it.each([5, 8, 42, 59, 768])('LayerNorm of %i columns is exact if the mean is a thousand deviations', (size) => {
    const random = seededRandom(size);
    const panels = Math.ceil(size / 8);
    const [weightAt, biasAt, normAt] = [wAt, wAt + 4096, wAt + 8192];
    const values = random.normals(size).map((value) => value + 1000);
    const [weight, bias] = [random.normals(size), random.normals(size)];
    const row = new Float32Array(memory.buffer, xAt, panels * 8).fill(0);
    row.set(values);
    for (const [address, source] of [
      [weightAt, weight],
      [biasAt, bias],
    ] as const) {
      const target = new Float32Array(memory.buffer, address, panels * 8).fill(0);
      target.set(source);
    }
    const heap = new Heap(memory, outAt);
    writeRecord(heap, 'Norm', normAt, { weight: weightAt, bias: biasAt, size });
    const stored = Array.from(row.subarray(0, size));
    kernels.normalizeRow(xAt, 32, 1e-12, normAt);
    const mean = stored.reduce((sum, value) => sum + value, 0) / size;
    const variance = stored.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
    stored.forEach((value, i) => {
      const expected = ((value - mean) / Math.sqrt(variance + 1e-12)) * (weight[i] ?? 0) + (bias[i] ?? 0);
      expect(Math.abs((row[i] ?? NaN) - expected)).toBeLessThan(2e-6);
    });
    expect(Array.from(row.subarray(size))).toEqual(Array.from({ length: panels * 8 - size }, () => 0));
  });

  it.each([1, 2, 3, 4, 5, 6])('an f32 tile of %i rows equals the plain loop', (rows) => {
    const panels = 5;
    const random = seededRandom(rows);
    const a = random.normals(rows * panels * 8);
    const w = random.normals(panels * 64);
    new Float32Array(memory.buffer, xAt, a.length).set(a);
    putPairs(new Float32Array(memory.buffer, wAt, w.length), w, 4);
    kernels.multiplyTile(rows, xAt, rows * 32, wAt, panels, outAt);
    const actual = new Float32Array(memory.buffer, outAt, rows * 8);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < 8; column++) {
        let sum = 0;
        for (let k = 0; k < panels * 8; k++) sum += activation(a, rows, row, k) * (w[k * 8 + column] ?? 0);
        expect(actual[row * 8 + column]).toBeCloseTo(sum, 4);
      }
    }
  });

  it.each([
    // The inner rows of xxlarge, 16 KiB each in int8, of which 256 KiB stay in the cache.
    { rows: '16 in tiles of 4', tiles: 4, tileHeight: 4, tallTiles: 0, rowBytes: 16384, expected: 4 },
    { rows: '17 in tiles of 4 and 3', tiles: 5, tileHeight: 3, tallTiles: 2, rowBytes: 16384, expected: 3 },
    { rows: '18 in tiles of 5 and 4', tiles: 4, tileHeight: 4, tallTiles: 2, rowBytes: 16384, expected: 2 },
    {
      rows: '6 in a tile too large for the cache',
      tiles: 1,
      tileHeight: 6,
      tallTiles: 0,
      rowBytes: 65536,
      expected: 1,
    },
  ])(
    'divides tiles into equal blocks that fit the cache: $rows',
    ({ tiles, tileHeight, tallTiles, rowBytes, expected }) => {
      const none = Object.fromEntries(Object.keys(layouts.Pass.host).map((field) => [field, 0]));
      const pass = { ...none, tiles, tileHeight, tallTiles } as RecordOf<'Pass'>;
      writeRecord(new Heap(memory, outAt), 'Pass', wAt, pass);
      expect(kernels.tilesInBlock(wAt, rowBytes, 262144)).toBe(expected);
    },
  );

  it.each(['q4', 'widened4'] as const)('unpacks a panel of 4-bit weights by their formula: %s', (storage) => {
    const [inputPanels, groups, multiplesAt] = [12, 3, wAt + 8192];
    const random = seededRandom(4);
    // Groups with weights of all sizes: a multiple grows as its group's weights shrink, and does not matter if all of them are 0.
    const reaches = Array.from({ length: 2 * groups * 8 }, () => random.integer(0, 9));
    const multiples = reaches.map((reach) => {
      if (storage === 'widened4') return random.normals(1)[0] ?? 0;
      return reach === 0 ? -32767 : Math.floor((127 * 128) / reach);
    });
    const nibbles = reaches.map((reach) =>
      Array.from({ length: 32 }, () => random.integer(8 - reach, Math.min(16, 9 + reach))),
    );
    const bytes = nibbles.flatMap((group) => group.slice(0, 16).map((low, i) => low + 16 * (group[i + 16] ?? 0)));
    new Uint8Array(memory.buffer, wAt, bytes.length).set(bytes);
    const Multiples = storage === 'q4' ? Int16Array : Float32Array;
    new Multiples(memory.buffer, multiplesAt, multiples.length).set(multiples);
    const none = Object.fromEntries(Object.keys(layouts.Linear.host).map((field) => [field, 0]));
    const layer = { ...none, weights: wAt, multiples: multiplesAt, storage: codes.WeightStorage[storage], inputPanels };
    writeRecord(new Heap(memory, outAt), 'Linear', xAt, layer as RecordOf<'Linear'>);

    expect(kernels.panelWeights(xAt, 1, outAt)).toBe(outAt);

    const weights = Float32Array.from({ length: inputPanels * 64 }, (_, i) => {
      const [k, output] = [Math.floor(i / 8), i % 8];
      const group = (groups + Math.floor(k / 32)) * 8 + output;
      const whole = (nibbles[group]?.[k % 32] ?? NaN) - 8;
      const multiple = multiples[group] ?? NaN;
      return storage === 'q4' ? Math.floor((whole * multiple) / 128 + 0.5) : whole * Math.fround(multiple);
    });
    const Values = storage === 'widened4' ? Float32Array : simd === 'plain' ? Int16Array : Int8Array;
    const expected = new Values(weights.length);
    if (expected instanceof Int8Array) putFours(expected, weights);
    else putPairs(expected, weights, storage === 'q4' ? 8 : 4);
    expect(new Values(memory.buffer, outAt, weights.length)).toEqual(expected);
  });

  it('sums 8-bit products exactly in plain SIMD, and never in 16 bits', () => {
    if (simd === 'plain') expect(kernels.isExact(codes.Dot.wide, 255)).toBe(1);
    else expect(kernels.isExact(codes.Dot.split, 255)).toBe(0);
  });

  const dots: { name: string; code: number; most: number; weightBytes: number }[] =
    simd === 'plain'
      ? [1, 2].map((weightBytes) => ({ name: `wide ${weightBytes}-byte`, code: codes.Dot.wide, most: 5, weightBytes }))
      : [
          { name: 'fused', code: codes.Dot.fused, most: 6, weightBytes: 1 },
          { name: 'split', code: codes.Dot.split, most: 4, weightBytes: 1 },
        ];
  it.each(dots)('int8 tiles with $name products equal the plain loop, even at the largest values', (dot) => {
    const { code, most, weightBytes } = dot;
    const panels = 4;
    const random = seededRandom(9);
    for (let rows = 1; rows <= most; rows++) {
      const least = kernels.leastActivation(code, 128);
      const kinds = ['random', 'one sign', 'both signs', 'fewer levels'];
      if (kernels.isExact(code, 255)) kinds.push('all of 8 bits');
      if (code === codes.Dot.wide) kinds.push('all of 10 bits');
      for (const kind of kinds) {
        // In a panel, products with k of 0, 1, 4 and 5 are added in 16 bits, and those with k of 2, 3, 6 and 7.
        const a = Float32Array.from({ length: rows * panels * 8 }, (_, i) => {
          if (kind === 'random') return least + random.integer(0, 256);
          if (kind === 'fewer levels') return least + 128;
          if (kind === 'all of 10 bits') return 1023;
          return kind === 'both signs' && i % 8 >= 4 ? least : least + 255;
        });
        // Packing limits the sum of four weights of one sign to 127 + 1 against the largest activations, and to
        // 127 + 127 + 1 against 128. The other sign has as much, against the smallest activations.
        const w = Float32Array.from({ length: panels * 64 }, (_, i) => {
          const k = Math.floor(i / 8) % 8;
          if (kind === 'random') return random.integer(-32, 33);
          if (kind.startsWith('all of')) return i % 2 ? 127 : -127;
          if (kind === 'fewer levels') return -([127, 127, 127, 127, 1, 0, 1, 0][k] ?? 0);
          const largest = k % 2 === 0 ? 127 : 1;
          if (k < 4) return -largest;
          return kind === 'both signs' ? largest : 0;
        });
        putActivations(memory, a, simd === 'plain' ? 2 : 1);
        const Weights = weightBytes === 1 ? Int8Array : Int16Array;
        if (simd === 'plain') putPairs(new Weights(memory.buffer, wAt, w.length), w, 8);
        else putFours(new Int8Array(memory.buffer, wAt, w.length), w);
        kernels.multiplyTileQ8(code, rows, xAt, wAt, weightBytes, panels, outAt);
        const actual = new Int32Array(memory.buffer, outAt, rows * 8);
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < 8; column++) {
            let sum = 0;
            for (let k = 0; k < panels * 8; k++) sum += activation(a, rows, row, k) * (w[k * 8 + column] ?? 0);
            expect(actual[row * 8 + column]).toBe(sum);
          }
        }
      }
    }
  });
});

/** Returns an element of `[panel][row][8]`. */
function activation(a: Float32Array, rows: number, row: number, k: number): number {
  return a[(Math.floor(k / 8) * rows + row) * 8 + (k % 8)] ?? 0;
}

function putActivations(memory: WebAssembly.Memory, a: Float32Array, bytes: number): void {
  if (bytes === 1) new Uint8Array(memory.buffer, xAt, a.length).set(a);
  else new Int16Array(memory.buffer, xAt, a.length).set(a);
}

/** Copies `[k][8]` to `[output / 2][k % 8 / group][k / 8][2][group]`. */
function putPairs(packed: Float32Array | Int8Array | Int16Array, w: Float32Array, group: 4 | 8): void {
  let at = 0;
  for (let pair = 0; pair < 8; pair += 2) {
    for (let first = 0; first < 8; first += group) {
      for (let k = first; k < w.length / 8; k += 8) {
        for (const output of [pair, pair + 1]) {
          for (let i = 0; i < group; i++) packed[at++] = w[(k + i) * 8 + output] ?? 0;
        }
      }
    }
  }
}

/** Copies `[k][8]` to `[k / 4][8][4]`. */
function putFours(packed: Int8Array, w: Float32Array): void {
  for (let i = 0; i < w.length; i++) {
    const [k, output] = [Math.floor(i / 8), i % 8];
    packed[(k - (k % 4)) * 8 + output * 4 + (k % 4)] = w[i] ?? 0;
  }
}
