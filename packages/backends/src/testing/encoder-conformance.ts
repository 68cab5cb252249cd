/**
 * The suite that every encoder executor must pass: recorded goldens, and comparisons with the plain encoder on shapes chosen to
 * break kernels.
 *
 * Call `describeExecutor` from an executor's own `*.device.test.ts`. Tests only: no product module imports this file.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import {
  createHostEmbeddings,
  createPlainExecutor,
  encoderWeights,
  readConfig,
  type AlbertConfig,
  type EncodeOptions,
  type EncoderExecutor,
  type WeightReader,
} from '@albert-web/core';
import { flattenNumbers, goldenInputs, type ForwardGolden, type NestedNumbers } from '@albert-web/core/golden';
import { DisposedError, InvalidArgumentError } from '@albert-web/errors';
import { randomWeights, readGoldenModel, seededRandom, type Random } from '@albert-web/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { expectNear, maskRow, shapes, smallConfig, type InputShape } from './cases.ts';

type Start = (config: AlbertConfig, weights: WeightReader) => Promise<EncoderExecutor>;

/** An executor under test. */
export interface ExecutorUnderTest {
  readonly create: Start;
  /** Largest absolute difference from the goldens and from the plain encoder; hidden states are normalized, about 1 in size. */
  readonly tolerance: number;
}

/** The goldens with recorded hidden states: every variant of the architecture once. */
const variants = ['default-base', 'groups-base', 'inner-base', 'head_dim_odd-base'] as const;
const activationVariants = ['gelu_erf-base', 'relu-base', 'silu-base', 'tanh-base'] as const;

/** Embedded tokens and their mask as plain numbers. */
interface EncoderInput {
  readonly batch: number;
  readonly length: number;
  readonly embedded: Float32Array;
  readonly mask: readonly number[];
}

interface Encoded {
  readonly hidden: Float32Array;
  readonly states: readonly Float32Array[];
}

/** Registers the suite for one executor. Select the tfjs backend first (`useBackendUnderTest`). */
export function describeExecutor(title: string, { create, tolerance }: ExecutorUnderTest): void {
  describe(title, () => {
    const start = disposing(create);
    describeNumbers([...variants, ...activationVariants], start, tolerance);
    describeCalls(start, tolerance);
  });
}

/**
 * Registers only the tests of numbers, for another precision of an executor that passes the suite. Activation functions are not
 * tested again: they are computed in f32 in every precision.
 */
export function describePrecision(title: string, { create, tolerance }: ExecutorUnderTest): void {
  describe(title, () => describeNumbers(variants, disposing(create), tolerance));
}

/** Wraps `create` so that its executors are disposed after each test. */
function disposing(create: Start): Start {
  let open: EncoderExecutor[] = [];
  afterEach(() => {
    for (const executor of open) executor.dispose();
    open = [];
  });
  return async (config, weights) => {
    const executor = await create(config, weights);
    open.push(executor);
    return executor;
  };
}

function describeNumbers(goldens: readonly string[], start: Start, tolerance: number): void {
  describe.each(goldens)('golden %s', (name) => {
    it('matches Hugging Face transformers, padded positions included', async () => {
      const { config: json, weights, cases } = await readGoldenModel(name);
      const config = readConfig(json);
      const executor = await start(config, weights);
      for (const golden of cases) {
        const input = goldenInput(config, weights, golden);
        const { last_hidden_state: expected, hidden_states: states } = golden.outputs;
        const actual = await run(executor, input, { padding: 'compute', hiddenStates: states !== undefined });
        expectNear(actual.hidden, flattenNumbers(expected ?? []), tolerance, 'last_hidden_state');
        states?.forEach((state, layer) =>
          expectNear(
            actual.states[layer],
            flattenNumbers(state as NestedNumbers),
            tolerance,
            `hidden_states[${layer}]`,
          ),
        );
      }
    });
  });

  describe.each(shapes)('random model: $title', ({ overrides, inputs }) => {
    it.each(inputs)('equals the plain encoder at batch $batch, length $length, mask $maskKind', async (shape) => {
      const config = smallConfig(overrides);
      const random = seededRandom(shape.batch * 1000 + shape.length);
      const weights = randomWeights(encoderWeights(config), random, 0.1);
      const input = randomInput(config, shape, random);
      const executor = await start(config, weights);
      const expected = await truth(config, weights, input);
      const computed = await run(executor, input, { padding: 'compute' });
      expectNear(computed.hidden, expected.hidden, tolerance, 'hidden');
      const skipped = await run(executor, input);
      expectNear(atTokens(skipped.hidden, input), atTokens(expected.hidden, input), tolerance, 'hidden at tokens');
    });
  });

  it.each<InputShape>([
    { batch: 1, length: 1, maskKind: 'none' },
    { batch: 1, length: 7, maskKind: 'none' },
    { batch: 9, length: 13, maskKind: 'suffix' },
    { batch: 3, length: 5, maskKind: 'empty row' },
  ])('computes only the first position, at batch $batch, length $length, mask $maskKind', async (shape) => {
    for (const overrides of [{}, { embedding_size: 10, hidden_size: 42, intermediate_size: 59, inner_group_num: 2 }]) {
      const config = smallConfig({ ...overrides, num_hidden_layers: 3 });
      const random = seededRandom(9);
      const weights = randomWeights(encoderWeights(config), random, 0.1);
      const input = randomInput(config, shape, random);
      const expected = await truth(config, weights, input);
      const executor = await start(config, weights);
      for (const depth of [0, 1, 3]) {
        const first = firstPositions(expected.states[depth], input);
        const computed = await run(executor, input, { rows: 'first', depth, padding: 'compute' });
        expectNear(computed.hidden, first, tolerance, `depth ${depth}`);
        const { hidden } = await run(executor, input, { rows: 'first', depth });
        const tokens = { mask: input.mask.filter((_, index) => index % input.length === 0) };
        expectNear(atTokens(hidden, tokens), atTokens(first, tokens), tolerance, `depth ${depth}, at tokens`);
      }
      const { hidden } = await run(executor, input);
      expectNear(atTokens(hidden, input), atTokens(expected.hidden, input), tolerance, 'all positions afterwards');
    }
  });
}

function describeCalls(start: Start, tolerance: number): void {
  it('can be called again and again with inputs that grow and shrink', async () => {
    const config = smallConfig({});
    const random = seededRandom(3);
    const weights = randomWeights(encoderWeights(config), random, 0.1);
    const executor = await start(config, weights);
    for (const length of [3, 40, 1, 17, 40, 3]) {
      const input = randomInput(config, { batch: 2, length, maskKind: 'suffix' }, random);
      const expected = await truth(config, weights, input);
      const actual = await run(executor, input, { padding: 'compute' });
      expectNear(actual.hidden, expected.hidden, tolerance, `length ${length}`);
    }
  });

  it('accepts calls while another runs', async () => {
    const config = smallConfig({});
    const random = seededRandom(4);
    const weights = randomWeights(encoderWeights(config), random, 0.1);
    const executor = await start(config, weights);
    const inputs = [5, 9, 2].map((length) => randomInput(config, { batch: 1, length, maskKind: 'none' }, random));
    const actual = await Promise.all(inputs.map((input) => run(executor, input)));
    for (const [index, input] of inputs.entries()) {
      const expected = await truth(config, weights, input);
      expectNear(actual[index]?.hidden, expected.hidden, tolerance, `call ${index}`);
    }
  });

  it('runs to any depth, and returns every hidden state on the way', async () => {
    const config = smallConfig({ num_hidden_layers: 4 });
    const random = seededRandom(5);
    const weights = randomWeights(encoderWeights(config), random, 0.1);
    const input = randomInput(config, { batch: 2, length: 6, maskKind: 'suffix' }, random);
    const expected = await truth(config, weights, input);
    const executor = await start(config, weights);
    const whole = await run(executor, input, { hiddenStates: true, padding: 'compute' });
    expect(whole.states).toHaveLength(5);
    for (const [depth, state] of expected.states.entries()) {
      expectNear(whole.states[depth], state, tolerance, `hidden state ${depth}`);
      const cut = await run(executor, input, { depth, hiddenStates: true, padding: 'compute' });
      expect(cut.states).toHaveLength(depth + 1);
      expectNear(cut.hidden, state, tolerance, `depth ${depth}`);
    }
  });

  it('continues from any layer, as if it had never stopped', async () => {
    const config = smallConfig({ num_hidden_layers: 4, num_hidden_groups: 2, inner_group_num: 2, hidden_size: 42 });
    const random = seededRandom(10);
    const weights = randomWeights(encoderWeights(config), random, 0.1);
    const input = randomInput(config, { batch: 3, length: 7, maskKind: 'suffix' }, random);
    const executor = await start(config, weights);
    const { states } = await truth(config, weights, input);
    const resume = (from: number, hidden: Float32Array, options: EncodeOptions): Promise<Encoded> =>
      run(executor, { ...input, embedded: hidden }, { padding: 'compute', from, ...options });

    for (const from of [1, 2, 3, 4]) {
      const before = await run(executor, input, { depth: from, padding: 'compute' });
      const after = await resume(from, before.hidden, { hiddenStates: true });
      expect(after.states).toHaveLength(5 - from);
      after.states.forEach((state, index) =>
        expectNear(state, states[from + index], tolerance, `hidden state ${from + index} from ${from}`),
      );
      expectNear(after.hidden, states[4], tolerance, `from ${from}`);
    }
    let { hidden } = await run(executor, input, { depth: 1 });
    for (const from of [1, 2, 3]) {
      ({ hidden } = await resume(from, hidden, { depth: from + 1, padding: 'skip' }));
      expectNear(atTokens(hidden, input), atTokens(states[from + 1], input), tolerance, `layer by layer, ${from + 1}`);
    }
    const first = await resume(2, states[2] ?? hidden, { rows: 'first', depth: 3 });
    expectNear(first.hidden, firstPositions(states[3], input), tolerance, 'the first position from 2 to 3');
  });

  it('rejects invalid options', async () => {
    const config = smallConfig({});
    const random = seededRandom(11);
    const input = randomInput(config, { batch: 1, length: 2, maskKind: 'none' }, random);
    const executor = await start(config, randomWeights(encoderWeights(config), random, 0.1));
    const refused: EncodeOptions[] = [
      { depth: 3 },
      { depth: 0.5 },
      { depth: 1, from: 2 },
      { from: -1 },
      { rows: 'first', hiddenStates: true },
    ];
    for (const options of refused) {
      await expect(run(executor, input, options), JSON.stringify(options)).rejects.toThrow(InvalidArgumentError);
    }
  });

  it('keeps tensors and memory flat over 30 calls, and frees all of it', async () => {
    const config = smallConfig({});
    const random = seededRandom(6);
    const weights = randomWeights(encoderWeights(config), random, 0.1);
    const input = randomInput(config, { batch: 2, length: 9, maskKind: 'suffix' }, random);
    const empty = tf.memory().numTensors;
    const executor = await start(config, weights);
    await run(executor, input, { hiddenStates: true });
    const { numTensors } = tf.memory();
    const { memoryBytes } = executor;
    for (let call = 0; call < 30; call++) await run(executor, input, { hiddenStates: true });
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(executor.memoryBytes).toBe(memoryBytes);
    executor.dispose();
    expect(tf.memory().numTensors).toBe(empty);
    expect(executor.memoryBytes).toBe(0);
  });

  it('can be disposed twice and created again, and throws a named error when used after', async () => {
    const config = smallConfig({});
    const random = seededRandom(7);
    const weights = randomWeights(encoderWeights(config), random, 0.1);
    const input = randomInput(config, { batch: 1, length: 4, maskKind: 'none' }, random);
    const first = await start(config, weights);
    const before = await run(first, input);
    first.dispose();
    first.dispose();
    await expect(run(first, input)).rejects.toThrow(DisposedError);
    const second = await start(config, weights);
    expectNear((await run(second, input)).hidden, before.hidden, 0, 'the second executor');
  });

  it('stops for an aborted signal, and still works afterwards', async () => {
    const config = smallConfig({});
    const random = seededRandom(8);
    const weights = randomWeights(encoderWeights(config), random, 0.1);
    const input = randomInput(config, { batch: 1, length: 4, maskKind: 'none' }, random);
    const executor = await start(config, weights);
    const { numTensors } = tf.memory();
    await expect(run(executor, input, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/iu);
    expect(tf.memory().numTensors).toBe(numTensors);
    const expected = await truth(config, weights, input);
    const { signal } = new AbortController();
    expectNear((await run(executor, input, { signal })).hidden, expected.hidden, tolerance, 'after the abort');
  });
}

function randomInput({ embedding_size }: AlbertConfig, shape: InputShape, random: Random): EncoderInput {
  const { batch, length, maskKind } = shape;
  const mask = Array.from({ length: batch }, (_, row) => maskRow(row, length, maskKind, random)).flat();
  return { batch, length, mask, embedded: random.normals(batch * length * embedding_size) };
}

function goldenInput(config: AlbertConfig, weights: WeightReader, golden: ForwardGolden): EncoderInput {
  const { inputIds, attentionMask, tokenTypeIds } = goldenInputs(golden);
  const embedded = createHostEmbeddings(config, weights)({ inputIds, tokenTypeIds });
  return {
    batch: inputIds.length,
    length: inputIds[0]?.length ?? 0,
    embedded,
    mask: attentionMask.flat(),
  };
}

/** Runs the plain encoder, on the CPU, so that no GPU is compared with itself. */
async function truth(config: AlbertConfig, weights: WeightReader, input: EncoderInput): Promise<Encoded> {
  const backend = tf.getBackend();
  await tf.setBackend('cpu');
  const plain = createPlainExecutor(config, weights);
  try {
    return await run(plain, input, { hiddenStates: true });
  } finally {
    plain.dispose();
    await tf.setBackend(backend);
  }
}

async function run(executor: EncoderExecutor, input: EncoderInput, options: EncodeOptions = {}): Promise<Encoded> {
  const { batch, length, embedded, mask } = input;
  const embeddedTensor = tf.tensor3d(embedded, [batch, length, embedded.length / (batch * length)]);
  const maskTensor = tf.tensor2d([...mask], [batch, length], 'int32');
  try {
    const { hidden, hiddenStates = [] } = await executor.encode(embeddedTensor, maskTensor, options);
    try {
      expect(hidden.shape.slice(0, 2)).toEqual([batch, options.rows === 'first' ? 1 : length]);
      return {
        hidden: await readFloats(hidden),
        states: await Promise.all(hiddenStates.map(readFloats)),
      };
    } finally {
      tf.dispose([hidden, ...hiddenStates]);
    }
  } finally {
    tf.dispose([embeddedTensor, maskTensor]);
  }
}

async function readFloats(tensor: tf.Tensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data());
}

/** Returns the values at positions that contain a token. */
function atTokens(values: Float32Array | undefined, { mask }: Pick<EncoderInput, 'mask'>): Float32Array {
  if (!values) return new Float32Array();
  const width = values.length / mask.length;
  return values.filter((_, index) => mask[Math.floor(index / width)] === 1);
}

/** Returns the values at the first position of every sequence. */
function firstPositions(values: Float32Array | undefined, { batch, length }: EncoderInput): Float32Array {
  if (!values) return new Float32Array();
  const width = values.length / (batch * length);
  return values.filter((_, index) => Math.floor(index / width) % length === 0);
}
