import * as tf from '@tensorflow/tfjs-core';
import { backendUnderTest, goldenModels, maxAbsDiff, readGoldenModel, useBackendUnderTest } from '@albert-web/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { choicesOf, flattenNumbers, goldenInputs, type NestedNumbers } from '../golden.ts';
import type { AlbertConfig, ModelExecutor, WeightReader } from '../index.ts';
import { AlbertModel, composeExecutor, createPlainExecutor, headOf, readConfig, toInputs } from '../index.ts';

/** Published in docs/features-and-tests.md, "Tolerances". */
const tolerance = ['cpu', 'wasm'].includes(backendUnderTest()) ? 2e-5 : 1e-4;

/** On an emulated GPU a pass takes most of a second, and the next read waits for all queued passes. */
const slow = ['webgl', 'webgpu'].includes(backendUnderTest());

beforeAll(useBackendUnderTest);

describe.each(goldenModels)('%s', (name) => {
  it('matches Hugging Face transformers', async () => {
    const { config: json, weights, cases } = await readGoldenModel(name);
    using model = AlbertModel.load(readConfig(json), weights);
    for (const golden of cases) {
      const { hidden_states, attentions } = golden.outputs;
      const inputs = toInputs(model.config, goldenInputs(golden));
      const result = model.forward(inputs, {
        choices: choicesOf(golden),
        outputHiddenStates: hidden_states !== undefined,
        outputAttentions: attentions !== undefined,
      });
      for (const [key, output] of Object.entries(result.outputs)) await expectClose(output, golden.outputs[key], key);
      if (hidden_states) await expectAllClose(result.hiddenStates, hidden_states);
      if (attentions) await expectAllClose(result.attentions, attentions);
      tf.dispose([inputs, result] as unknown as tf.TensorContainer);
    }
  });

  // The executor adds only the heads, so one model per head is enough if the rest would take minutes.
  it.skipIf(slow && !name.startsWith('default-'))(
    'returns the same through the executor, and leaves no tensor behind',
    async () => {
      const { config: json, weights, cases } = await readGoldenModel(name);
      const before = tf.memory();
      const config = readConfig(json);
      const model = plainModel(config, weights);
      for (const golden of cases) {
        const depths = Array.from({ length: config.num_hidden_layers + 1 }, (_, depth) => depth);
        const result = await model.run(goldenInputs(golden), { choices: choicesOf(golden), depths });
        for (const [key, { values }] of Object.entries(result.outputs)) expectNear(values, golden.outputs[key], key);
        expect(result.atDepths).toHaveLength(config.num_hidden_layers + 1);
        expect(result.atDepths?.at(-1)).toEqual(result.outputs);
      }
      model.dispose();
      expect(tf.memory().numTensors).toBe(before.numTensors);
      expect(tf.memory().numBytes).toBe(before.numBytes);
    },
  );
});

const manyCalls = slow ? 3 : 100;

it(`keeps memory flat over ${manyCalls} calls`, async () => {
  const { config: json, weights, cases } = await readGoldenModel('default-sequence');
  const config = readConfig(json);
  const model = plainModel(config, weights);
  const golden = cases[0];
  if (!golden) throw new Error('the fixture has no case');
  const once = () => model.run(goldenInputs(golden));
  await once();
  const { numTensors, numBytes } = tf.memory();
  for (let call = 0; call < manyCalls; call++) await once();
  expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  model.dispose();
});

it('decodes only the requested positions', async () => {
  const { config: json, weights, cases } = await readGoldenModel('default-mlm');
  const config = readConfig(json);
  const model = plainModel(config, weights);
  for (const golden of cases) {
    const inputs = goldenInputs(golden);
    const last = (inputs.inputIds[0]?.length ?? 0) - 1;
    const positions = inputs.inputIds.map((_, row) => (row % 2 || last === 0 ? [0] : [0, last]));
    const most = Math.max(...positions.map(({ length }) => length));
    const { logits } = (await model.run(inputs, { positions })).outputs;
    expect(logits?.shape).toEqual([positions.length, most, config.vocab_size]);
    const expected = golden.outputs['logits'] as unknown as readonly (readonly (readonly number[])[])[];
    positions.forEach((columns, row) =>
      columns.forEach((column, i) => {
        const at = (row * most + i) * config.vocab_size;
        expectNear(
          logits?.values.subarray(at, at + config.vocab_size),
          expected[row]?.[column],
          `row ${row}, ${column}`,
        );
      }),
    );
  }
  model.dispose();
});

it('runs fewer layers on request: depth d equals hidden state d', async () => {
  const { config: json, weights, cases } = await readGoldenModel('default-base');
  const config = readConfig(json);
  const model = plainModel(config, weights);
  const golden = cases[1];
  if (!golden) throw new Error('the fixture has no second case');
  const states = golden.outputs['hidden_states'];
  for (let depth = 0; depth <= config.num_hidden_layers; depth++) {
    const { outputs } = await model.run(goldenInputs(golden), { depth });
    expectNear(outputs['last_hidden_state']?.values, states?.[depth] as NestedNumbers, `depth ${depth}`);
  }
  model.dispose();
});

async function expectAllClose(tensors: readonly tf.Tensor[] | undefined, expected: NestedNumbers): Promise<void> {
  expect(tensors).toHaveLength(expected.length);
  for (const [index, tensor] of (tensors ?? []).entries())
    await expectClose(tensor, expected[index] as NestedNumbers, `${index}`);
}

async function expectClose(
  actual: tf.Tensor | undefined,
  expected: NestedNumbers | undefined,
  what: string,
): Promise<void> {
  expectNear(await actual?.data(), expected, what);
}

function expectNear(actual: ArrayLike<number> | undefined, expected: NestedNumbers | undefined, what: string): void {
  if (!actual || !expected) throw new Error(`${what} is missing`);
  expect(maxAbsDiff(actual, flattenNumbers(expected)), what).toBeLessThanOrEqual(tolerance);
}

function plainModel(config: AlbertConfig, weights: WeightReader): ModelExecutor {
  return composeExecutor(config, headOf(config), weights, createPlainExecutor(config, weights));
}
