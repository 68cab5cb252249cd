/**
 * The suite for executors that run the whole model: recorded goldens of every head, and comparisons with the plain model on
 * shapes chosen to break kernels.
 *
 * Call `describeModelExecutor` from an executor's own `*.device.test.ts`. Tests only: no product module imports this file.
 */
import '@tensorflow/tfjs-backend-cpu';
import {
  composeExecutor,
  createPlainExecutor,
  headNames,
  headOf,
  modelWeights,
  pickRows,
  readConfig,
  TfjsBackend,
  type AlbertConfig,
  type Head,
  type HostOutputs,
  type ModelExecutor,
  type RawInputs,
  type RunRequest,
  type WeightReader,
} from '@albert-web/core';
import { choicesOf, flattenNumbers, goldenInputs, type NestedNumbers } from '@albert-web/core/golden';
import { DisposedError, InvalidArgumentError } from '@albert-web/errors';
import { goldenModels, randomWeights, readGoldenModel, seededRandom, type Random } from '@albert-web/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { expectNear, maskRow, shapes, smallConfig, type InputShape } from './cases.ts';

/** An executor under test. */
export interface ModelUnderTest {
  readonly create: (config: AlbertConfig, head: Head, weights: WeightReader) => Promise<ModelExecutor>;
  /** Largest absolute difference of hidden states from the goldens and from the plain model. */
  readonly tolerance: number;
  /** The same for a head's outputs, which are sums over hidden states. */
  readonly headTolerance: number;
}

/** Registers the suite for one executor. */
export function describeModelExecutor(title: string, { create, tolerance, headTolerance }: ModelUnderTest): void {
  describe(title, () => {
    let open: ModelExecutor[] = [];
    const start = async (config: AlbertConfig, head: Head, weights: WeightReader): Promise<ModelExecutor> => {
      const executor = await create(config, head, weights);
      open.push(executor);
      return executor;
    };
    afterEach(() => {
      for (const executor of open) executor.dispose();
      open = [];
    });
    const toleranceOf = (name: string): number => (name === 'last_hidden_state' ? tolerance : headTolerance);
    const expectOutputs = (actual: HostOutputs, expected: HostOutputs, what: string, rows?: Rows): void => {
      expect(Object.keys(actual), what).toEqual(Object.keys(expected));
      for (const [name, { shape, values }] of Object.entries(expected)) {
        const label = `${what}: ${name}`;
        expect(actual[name]?.shape, label).toEqual(shape);
        const pick = rows ?? ((all) => all);
        expectNear(pick(actual[name]?.values, shape), pick(values, shape) ?? [], toleranceOf(name), label);
      }
    };

    describe.each(goldenModels)('golden %s', (name) => {
      it('matches Hugging Face transformers, padded positions included', async () => {
        const { config: json, weights, cases } = await readGoldenModel(name);
        const config = readConfig(json);
        const executor = await start(config, headOf(config), weights);
        for (const golden of cases) {
          const inputs = goldenInputs(golden);
          const request = { padding: 'compute', choices: choicesOf(golden) } as const;
          const { outputs } = await executor.run(inputs, request);
          for (const [key, { values }] of Object.entries(outputs)) {
            expectNear(values, flattenNumbers(golden.outputs[key] ?? []), toleranceOf(key), key);
          }
          const states = golden.outputs['hidden_states'];
          if (!states) continue;
          const depths = Array.from(states.keys());
          const bare = await executor.run(inputs, { ...request, head: false, depths });
          for (const [depth, state] of states.entries()) {
            const { values } = bare.atDepths?.[depth]?.['last_hidden_state'] ?? {};
            expectNear(values, flattenNumbers(state as NestedNumbers), tolerance, `hidden_states[${depth}]`);
          }
        }
      });
    });

    describe.each(shapes)('random model: $title', ({ overrides, inputs }) => {
      it.each(inputs)('equals the plain model at batch $batch, length $length, mask $maskKind', async (shape) => {
        const { config, weights, raw } = randomCase('base', shape, overrides);
        const executor = await start(config, 'base', weights);
        const expected = await truth(config, 'base', weights, raw);
        const computed = await executor.run(raw, { padding: 'compute' });
        expectOutputs(computed.outputs, expected, 'computed');
        const skipped = await executor.run(raw);
        expectOutputs(skipped.outputs, expected, 'skipped', atTokens(raw));
      });
    });

    it.each(headNames)('runs the head %s on batches with padding, and at any depth', async (head) => {
      for (const overrides of [{}, { embedding_size: 10, hidden_size: 42, vocab_size: 53, intermediate_size: 59 }]) {
        const shape: InputShape = { batch: 4, length: 9, maskKind: 'suffix' };
        const { config, weights, raw } = randomCase(head, shape, { ...overrides, num_hidden_layers: 3 });
        const executor = await start(config, head, weights);
        for (const depth of [0, 1, 3]) {
          const request = { depth, choices: head === 'multiple_choice' ? 2 : 1 };
          const expected = await truth(config, head, weights, raw, request);
          expectOutputs((await executor.run(raw, request)).outputs, expected, `depth ${depth}`, atTokens(raw));
        }
        const bare = await executor.run(raw, { head: false });
        const hidden = await truth(config, head, weights, raw, { head: false });
        expectOutputs(bare.outputs, hidden, 'without the head', atTokens(raw));
      }
    });

    it.each<InputShape>([
      { batch: 1, length: 1, maskKind: 'none' },
      { batch: 1, length: 7, maskKind: 'none' },
      { batch: 9, length: 13, maskKind: 'suffix' },
      { batch: 3, length: 5, maskKind: 'empty row' },
    ])('computes only the first position, at batch $batch, length $length, mask $maskKind', async (shape) => {
      const head = 'sequence_classification';
      for (const overrides of [
        {},
        { embedding_size: 10, hidden_size: 42, intermediate_size: 59, inner_group_num: 2 },
      ]) {
        const { config, weights, raw } = randomCase(head, shape, { ...overrides, num_hidden_layers: 3 });
        const executor = await start(config, head, weights);
        for (const depth of [0, 1, 3]) {
          const expected = await truth(config, head, weights, raw, { depth });
          const computed = await executor.run(raw, { depth, padding: 'compute' });
          expectOutputs(computed.outputs, expected, `depth ${depth}`);
          const skipped = await executor.run(raw, { depth });
          expectOutputs(skipped.outputs, expected, `depth ${depth}, at tokens`, atTokens(raw));
        }
      }
    });

    it.each(['pretraining', 'token_classification'] as const)(
      'applies the head %s only to the requested positions',
      async (head) => {
        const shape: InputShape = { batch: 3, length: 9, maskKind: 'suffix' };
        const { config, weights, raw } = randomCase(head, shape, { num_hidden_layers: 2 });
        const executor = await start(config, head, weights);
        const positions = (raw.attentionMask ?? []).map((mask, row) => {
          const tokens = Array.from(mask, (real, column) => (real ? column : -1)).filter((column) => column >= 0);
          return tokens.filter((_, i) => i === 0 || i % 2 === row % 2);
        });
        const most = Math.max(...positions.map(({ length }) => length));
        for (const request of [{}, { head: false }]) {
          const { outputs } = await executor.run(raw, { ...request, positions });
          for (const [name, { shape: all, values }] of Object.entries(
            await truth(config, head, weights, raw, request),
          )) {
            const [batch, length = 0, width = 0] = all;
            const computed = outputs[name];
            if (width === 0) {
              expectNear(computed?.values, values, headTolerance, name);
              continue;
            }
            expect(computed?.shape).toEqual([batch, most, width]);
            positions.forEach((columns, row) =>
              columns.forEach((column, i) => {
                const at = (all: Float32Array, place: number) => all.subarray(place * width, (place + 1) * width);
                const own = computed && at(computed.values, row * most + i);
                expectNear(own, at(values, row * length + column), toleranceOf(name), `${name}, row ${row}`);
              }),
            );
          }
        }
        for (const wrong of [
          [[0], [1, 0], [0]],
          [[0], [0]],
          [[0], [], [0]],
          [[0], [9], [0]],
        ]) {
          await expect(executor.run(raw, { positions: wrong })).rejects.toThrow(InvalidArgumentError);
        }
      },
    );

    it('can be called again and again with inputs that grow and shrink', async () => {
      const { config, weights, random } = randomCase('base', { batch: 1, length: 1, maskKind: 'none' });
      const executor = await start(config, 'base', weights);
      for (const length of [3, 40, 1, 17, 40, 3]) {
        const raw = randomInputs(config, { batch: 2, length, maskKind: 'suffix' }, random);
        const expected = await truth(config, 'base', weights, raw);
        expectOutputs((await executor.run(raw, { padding: 'compute' })).outputs, expected, `length ${length}`);
      }
    });

    it('accepts calls while another runs', async () => {
      const { config, weights, random } = randomCase('base', { batch: 1, length: 1, maskKind: 'none' });
      const executor = await start(config, 'base', weights);
      const inputs = [5, 9, 2].map((length) => randomInputs(config, { batch: 1, length, maskKind: 'none' }, random));
      const actual = await Promise.all(inputs.map((raw) => executor.run(raw)));
      for (const [index, raw] of inputs.entries()) {
        const expected = await truth(config, 'base', weights, raw);
        expectOutputs(actual[index]?.outputs ?? {}, expected, `call ${index}`);
      }
    });

    it('returns the outputs at the requested depths, in their order', async () => {
      const shape: InputShape = { batch: 2, length: 6, maskKind: 'suffix' };
      const { config, weights, raw } = randomCase('base', shape, { num_hidden_layers: 4 });
      const executor = await start(config, 'base', weights);
      const depths = [4, 0, 2, 2];
      const { outputs, atDepths = [] } = await executor.run(raw, { depths });
      expect(atDepths).toHaveLength(4);
      for (const [index, depth] of depths.entries()) {
        const expected = await truth(config, 'base', weights, raw, { depth });
        expectOutputs(atDepths[index] ?? {}, expected, `depth ${depth}`, atTokens(raw));
      }
      expect(atDepths[0]).toEqual(outputs);
    });

    describe.each(['sequence_classification', 'token_classification'] as const)('a walk with %s', (head) => {
      it('returns at every layer what a pass to that depth returns', async () => {
        const overrides = { num_hidden_layers: 4, num_hidden_groups: 2, inner_group_num: 2, hidden_size: 42 };
        const { config, weights, raw } = randomCase(head, { batch: 3, length: 7, maskKind: 'suffix' }, overrides);
        const executor = await start(config, head, weights);
        const walk = executor.walk(raw);
        for (let depth = 1; depth <= 4; depth++) {
          expect(walk.ended).toBe(false);
          const expected = await truth(config, head, weights, raw, { depth });
          expectOutputs(await walk.next(), expected, `layer ${depth}`, atTokens(raw));
          expect(walk.depth).toBe(depth);
        }
        expect(walk.ended).toBe(true);
        await expect(walk.next()).rejects.toThrow(InvalidArgumentError);
        walk.dispose();
      });

      it('continues with the rows that are kept, in their new order, with other calls in between', async () => {
        const shape: InputShape = { batch: 6, length: 130, maskKind: 'suffix' };
        const { config, weights, raw, random } = randomCase(head, shape, { num_hidden_layers: 4 });
        const executor = await start(config, head, weights);
        const between = randomInputs(config, { batch: 2, length: 11, maskKind: 'holes' }, random);
        const [walk, other] = [executor.walk(raw), executor.walk(between, { depth: 3 })];
        let rows = [0, 1, 2, 3, 4, 5];
        for (const [depth, kept] of [
          [1, [0, 2, 3, 5]],
          [2, [3, 1]],
          [3, [1]],
        ] as const) {
          const left = pickRows(raw, rows);
          expect(walk.inputs.inputIds).toEqual(left.inputIds);
          const [outputs, others] = await Promise.all([walk.next(), other.next(), executor.run(between)]);
          const expected = await truth(config, head, weights, left, { depth });
          expectOutputs(outputs, expected, `layer ${depth}`, atTokens(left));
          const expectedOthers = await truth(config, head, weights, between, { depth });
          expectOutputs(others, expectedOthers, `layer ${depth} of the other`, atTokens(between));
          walk.keep(kept);
          rows = kept.map((row) => rows[row] ?? NaN);
        }
        const last = pickRows(raw, rows);
        const expected = await truth(config, head, weights, last);
        expectOutputs(await walk.next(), expected, 'the last layer', atTokens(last));
        for (const each of [walk, other]) each.dispose();
      });
    });

    it('rejects invalid requests', async () => {
      const { config, weights, raw } = randomCase('base', { batch: 1, length: 2, maskKind: 'none' });
      const executor = await start(config, 'base', weights);
      const refused: RunRequest[] = [{ depth: 3 }, { depth: 0.5 }, { depth: 1, depths: [2] }, { depths: [-1] }];
      for (const request of refused) {
        await expect(executor.run(raw, request), JSON.stringify(request)).rejects.toThrow(InvalidArgumentError);
      }
      for (const depth of [0, 3, 0.5]) expect(() => executor.walk(raw, { depth })).toThrow(InvalidArgumentError);
    });

    it('keeps memory flat over 30 calls and walks, and frees all of it', async () => {
      const { config, weights, raw } = randomCase('base', { batch: 3, length: 9, maskKind: 'suffix' });
      const executor = await start(config, 'base', weights);
      const round = async (): Promise<void> => {
        await executor.run(raw, { depths: [0, 1, 2] });
        const walk = executor.walk(raw);
        await walk.next();
        walk.keep([1, 2]);
        await walk.next();
        walk.dispose();
      };
      await round();
      const { memoryBytes } = executor;
      for (let call = 0; call < 30; call++) await round();
      expect(executor.memoryBytes).toBe(memoryBytes);
      executor.dispose();
      expect(executor.memoryBytes).toBe(0);
    });

    it('can be disposed twice and created again, and throws a named error when used after', async () => {
      const { config, weights, raw } = randomCase('base', { batch: 1, length: 4, maskKind: 'none' });
      const first = await start(config, 'base', weights);
      const before = await first.run(raw);
      const walk = first.walk(raw);
      first.dispose();
      first.dispose();
      await expect(first.run(raw)).rejects.toThrow(DisposedError);
      expect(() => first.walk(raw)).toThrow(DisposedError);
      await expect(walk.next()).rejects.toThrow(DisposedError);
      walk.dispose();
      const second = await start(config, 'base', weights);
      expect((await second.run(raw)).outputs).toEqual(before.outputs);
    });

    it('stops for an aborted signal, and still works afterwards', async () => {
      const { config, weights, raw } = randomCase('base', { batch: 1, length: 4, maskKind: 'none' });
      const executor = await start(config, 'base', weights);
      await expect(executor.run(raw, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/iu);
      await expect(executor.walk(raw, { signal: AbortSignal.abort() }).next()).rejects.toThrow(/abort/iu);
      const expected = await truth(config, 'base', weights, raw);
      const { signal } = new AbortController();
      expectOutputs((await executor.run(raw, { signal })).outputs, expected, 'after the abort');
    });
  });
}

/** Picks values of an output of this shape. */
type Rows = (values: Float32Array | undefined, shape: readonly number[]) => Float32Array | undefined;

interface RandomCase {
  readonly config: AlbertConfig;
  readonly weights: WeightReader;
  readonly raw: RawInputs;
  readonly random: Random;
}

function randomCase(head: Head, shape: InputShape, overrides: Partial<AlbertConfig> = {}): RandomCase {
  const config = smallConfig(overrides);
  const random = seededRandom(shape.batch * 1000 + shape.length);
  const weights = randomWeights(modelWeights(config, head), random, 0.1);
  return { config, weights, random, raw: randomInputs(config, shape, random) };
}

function randomInputs(
  { vocab_size }: AlbertConfig,
  { batch, length, maskKind }: InputShape,
  random: Random,
): RawInputs {
  const rows = <T>(make: (row: number) => T): T[] => Array.from({ length: batch }, (_, row) => make(row));
  const integers = (limit: number): number[] => Array.from({ length }, () => random.integer(0, limit));
  return {
    inputIds: rows(() => integers(vocab_size)),
    tokenTypeIds: rows(() => integers(2)),
    attentionMask: rows((row) => maskRow(row, length, maskKind, random)),
  };
}

/** Outputs of the plain model by case. Computing them is the slow part, and every executor under test has the same cases. */
const truths = new Map<string, Promise<HostOutputs>>();

/** Runs the plain model, on the CPU, so that no GPU is compared with itself. */
function truth(
  config: AlbertConfig,
  head: Head,
  weights: WeightReader,
  raw: RawInputs,
  request?: RunRequest,
): Promise<HostOutputs> {
  // The first one identifies a set of random weights.
  const [firstWeight] = weights.float32('embeddings.word_embeddings.weight');
  const key = JSON.stringify([config, head, firstWeight, raw, request]);
  const known = truths.get(key);
  if (known) return known;
  const computed = runPlain(config, head, weights, raw, request);
  truths.set(key, computed);
  return computed;
}

async function runPlain(
  config: AlbertConfig,
  head: Head,
  weights: WeightReader,
  raw: RawInputs,
  request?: RunRequest,
): Promise<HostOutputs> {
  const on = new TfjsBackend('cpu');
  const plain = composeExecutor(config, head, weights, createPlainExecutor(config, weights, on), { on });
  try {
    return (await plain.run(raw, request)).outputs;
  } finally {
    plain.dispose();
  }
}

/** Picks rows whose first position is a token, or, for an output with a row per position, the rows of tokens. */
function atTokens({ inputIds, attentionMask = [] }: RawInputs): Rows {
  const length = inputIds[0]?.length ?? 0;
  return (values, shape) => {
    if (!values) return new Float32Array();
    const perPosition = shape[1] === length && shape[0] === inputIds.length;
    const perRow = values.length / inputIds.length;
    const width = perPosition ? perRow / length : perRow;
    return values.filter((_, index) => {
      const row = Math.floor(index / perRow);
      return attentionMask[row]?.[perPosition ? Math.floor((index % perRow) / width) : 0] === 1;
    });
  };
}
