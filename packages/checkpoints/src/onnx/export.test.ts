/** Runs exported models in ONNX Runtime Web, and compares their outputs with those of Hugging Face transformers. */
import { readConfig } from '@albert-web/core';
import { flattenNumbers, type ForwardGolden } from '@albert-web/core/golden';
import { goldenModels, maxAbsDiff, readFixture, readFixtureJson } from '@albert-web/testing';
import * as ort from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import { weightReader } from '../reader.ts';
import { parseSafetensors } from '../safetensors/parse.ts';
import { exportOnnx, onnxModel } from './export.ts';
import { elementType } from './proto.ts';
import type { OnnxPrecision } from './weights.ts';

/**
 * Published tolerances: the largest absolute difference from PyTorch in f32. Those of f16 and q8 are due to rounding the
 * weights of these tiny random models.
 */
const tolerances: Readonly<Record<OnnxPrecision, number>> = { f32: 2e-5, f16: 2e-2, q8: 0.35 };

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
});

async function load(model: string) {
  const config = readConfig(await readFixtureJson(`models/${model}/config.json`));
  const checkpoint = parseSafetensors(await readFixture(`models/${model}/model.safetensors`));
  return { config, weights: weightReader(checkpoint) };
}

function shapeOf(nested: unknown): number[] {
  return Array.isArray(nested) ? [nested.length, ...shapeOf(nested[0])] : [];
}

function run(session: ort.InferenceSession, golden: ForwardGolden) {
  const { input_ids, attention_mask, token_type_ids } = golden;
  const feeds = Object.entries({ input_ids, attention_mask, token_type_ids }).map(([name, nested]) => {
    const values = BigInt64Array.from(flattenNumbers(nested), BigInt);
    return [name, new ort.Tensor('int64', values, shapeOf(nested))] as const;
  });
  return session.run(Object.fromEntries(feeds));
}

/** Returns the largest difference over all outputs and cases. */
async function worstDifference(model: string, precision: OnnxPrecision): Promise<number> {
  const session = await ort.InferenceSession.create(exportOnnx({ ...(await load(model)), precision }));
  const cases = await readFixtureJson<ForwardGolden[]>(`models/${model}/golden.json`);
  let worst = 0;
  for (const golden of cases) {
    const outputs = await run(session, golden);
    for (const [name, tensor] of Object.entries(outputs)) {
      const expected = golden.outputs[name] ?? [];
      expect(tensor.dims, name).toEqual(shapeOf(expected));
      worst = Math.max(worst, maxAbsDiff(tensor.data as Float32Array, flattenNumbers(expected)));
    }
  }
  await session.release();
  return worst;
}

describe.each(goldenModels)('ONNX of %s', (model) => {
  it.each(['f32', 'f16', 'q8'] as const)('agrees with transformers in %s', async (precision) => {
    const worst = await worstDifference(model, precision);
    expect(worst).toBeLessThanOrEqual(tolerances[precision]);
    // If there is no difference at all, nothing was rounded.
    if (precision !== 'f32') expect(worst).toBeGreaterThan(1e-5);
  });
});

describe('onnxModel', () => {
  it('stores the shared layer once, whatever the depth', async () => {
    const { config, weights } = await load('default-sequence');
    const size = (num_hidden_layers: number): number =>
      onnxModel({ config: { ...config, num_hidden_layers }, weights, precision: 'f32' }).constants.reduce(
        (sum, { bytes }) => sum + bytes.length,
        0,
      );
    expect(size(24)).toBe(size(1));
    const names = onnxModel({ config, weights, precision: 'f32' }).constants.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('quantizes every matrix of every layer', async () => {
    const { config, weights } = await load('default-pretraining');
    const { nodes, constants } = onnxModel({ config, weights, precision: 'q8' });
    const halves = constants.filter(({ type, shape }) => type === elementType.float && shape.length === 2);
    expect(halves.map(({ name }) => name).sort()).toEqual([
      'embeddings.position_embeddings.weight',
      'embeddings.token_type_embeddings.weight',
    ]);
    const stored = new Set(constants.map(({ name }) => name));
    const products = nodes.filter(({ type }) => type === 'MatMul' || type === 'Gemm');
    expect(products.flatMap(({ inputs }) => inputs).filter((input) => stored.has(input))).toEqual([]);
    // Six products per layer; the mapping, the pooler, two of the masked-LM head, and the sentence-order head.
    expect(nodes.filter(({ type }) => type === 'MatMulInteger')).toHaveLength(6 * config.num_hidden_layers + 5);
    // Query, key and value read the same quantized input.
    expect(nodes.filter(({ type }) => type === 'DynamicQuantizeLinear')).toHaveLength(4 * config.num_hidden_layers + 5);
  });

  it('rejects weights of another shape', async () => {
    const { config, weights } = await load('default-sequence');
    expect(() => exportOnnx({ config: { ...config, vocab_size: 301 }, weights, precision: 'f32' })).toThrow(/301/u);
  });
});
