import { readConfig, type AlbertConfig } from '@albert-web/core';
import { goldenModels, readFixture, readFixtureJson } from '@albert-web/testing';
import { expect, it } from 'vitest';
import { importModel } from '../import.ts';
import { quantizeCheckpoint } from '../quantize/quantize.ts';
import { weightReader } from '../reader.ts';
import { parseSafetensors } from '../safetensors/parse.ts';
import { filesInMemory } from '../testing/checkpoints.ts';
import { exportOnnx } from './export.ts';
import { parseOnnx, type GraphNode } from './read/graph.ts';
import { readOnnx } from './read.ts';
import { ConvertError } from '../errors.ts';

async function load(model: string) {
  const config = readConfig(await readFixtureJson(`models/${model}/config.json`));
  const checkpoint = parseSafetensors(await readFixture(`models/${model}/model.safetensors`));
  return { config, checkpoint };
}

const read = (onnx: Uint8Array<ArrayBuffer>, config: AlbertConfig) =>
  readOnnx(parseOnnx(onnx, 'model.onnx'), { file: 'model.onnx', config: { ...config } });

it.each(goldenModels)('restores the weights of %s exactly', async (model) => {
  const { config, checkpoint } = await load(model);
  const onnx = exportOnnx({ config, weights: weightReader(checkpoint), precision: 'f32' });
  const before = weightReader(checkpoint);
  const { tensors } = read(onnx, config).checkpoint;
  const after = weightReader({ tensors, metadata: {} });
  expect(tensors.size).toBeGreaterThan(20);
  for (const name of tensors.keys()) {
    expect(after.shape(name), name).toEqual(before.shape(name));
    expect(after.float32(name), name).toEqual(before.float32(name));
  }
  // Weights that the head does not use are not written. Everything that is written is a weight of the model.
  for (const name of checkpoint.tensors.keys()) {
    if (/encoder|embeddings/u.test(name)) expect(after.shape(name.replace(/^albert\./u, '')), name).toBeDefined();
  }
});

it.each(['f16', 'q8'] as const)('restores %s weights without rounding them again', async (precision) => {
  const { config, checkpoint } = await load('default-sequence');
  const stored = quantizeCheckpoint(checkpoint, precision).checkpoint;
  const onnx = exportOnnx({ config, weights: weightReader(stored), precision });
  const { tensors, metadata } = read(onnx, config).checkpoint;
  const [before, after] = [weightReader(stored), weightReader({ tensors, metadata })];
  for (const { name, dtype } of tensors.values()) {
    if (name.endsWith('.scale')) continue;
    expect(after.float32(name), name).toEqual(before.float32(name));
    expect(after.int8(name) !== undefined, name).toBe(dtype === 'I8');
  }
  expect(metadata['quantization']).toBe(precision === 'q8' ? 'q8' : undefined);
});

it('is found in a folder with its configuration', async () => {
  const { config, checkpoint } = await load('default-mlm');
  const onnx = exportOnnx({ config, weights: weightReader(checkpoint), precision: 'f32' });
  const files = { 'model.onnx': onnx, 'config.json': new TextEncoder().encode(JSON.stringify(config)) };
  const imported = await importModel(filesInMemory(files));
  expect(imported.config).toEqual(JSON.parse(JSON.stringify(config)));
  expect(imported.skipped).toEqual([]);
  expect(imported.notes).toEqual([]);
  expect(weightReader(imported.checkpoint).shape('predictions.bias')).toEqual([config.vocab_size]);
});

it('rejects a file without a graph, and a length beyond the file', () => {
  const nameAlone = Uint8Array.from([0x12, 7, ...new TextEncoder().encode('pytorch')]);
  expect(() => parseOnnx(nameAlone, 'model.onnx')).toThrow(/is not an ONNX model/u);
  expect(() => parseOnnx(new Uint8Array([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f]), 'model.onnx')).toThrow(ConvertError);
});

it('rejects a graph of another depth than its configuration', async () => {
  const { config, checkpoint } = await load('default-base');
  const onnx = exportOnnx({ config, weights: weightReader(checkpoint), precision: 'f32' });
  const deeper = { ...config, num_hidden_layers: config.num_hidden_layers + 1 };
  expect(() => read(onnx, deeper)).toThrow(/layers of attention, where config\.json has/u);
});

it('rejects a graph that was exported for texts of one length', async () => {
  const { config, checkpoint } = await load('default-base');
  const table = 'embeddings.position_embeddings.weight';
  const graph = parseOnnx(exportOnnx({ config, weights: weightReader(checkpoint), precision: 'f32' }), 'model.onnx');
  const lookup = graph.nodes.find(({ inputs: [first] }) => first?.endsWith(table));
  const [output = ''] = lookup?.outputs ?? [];
  const rows = graph.constants.get(lookup?.inputs[0] ?? '');
  if (!rows || !(rows.data instanceof Uint8Array)) throw new Error(`The graph has no ${table}`);
  const width = rows.shape[1] ?? 0;
  const folded = { ...rows, name: output, shape: [1, 2, width], data: rows.data.subarray(0, 2 * width * 4) };
  const fixed = {
    ...graph,
    nodes: graph.nodes.filter((node) => node !== lookup),
    constants: new Map([...graph.constants, [output, folded]]),
  };
  const reading = (): unknown => readOnnx(fixed, { file: 'model.onnx', config: { ...config } });
  expect(reading).toThrow(/exported for texts of one length/u);
});

/** Writes a product as ONNX Runtime's quantizer does if it does not know that the weight is constant. */
function quantizedAtRunTime(node: GraphNode): GraphNode[] {
  const [x = '', weight = ''] = node.inputs;
  const [output = ''] = node.outputs;
  const part = (name: string): string => `${output}_${name}`;
  const make = (type: string, inputs: readonly string[], outputs: readonly string[]): GraphNode => ({
    ...node,
    type,
    inputs,
    outputs: outputs.map((name) => (name === output ? name : part(name))),
  });
  return [
    make('Identity', [weight], ['shared']),
    make('DynamicQuantizeLinear', [x], ['x', 'x_scale', 'x_zero']),
    make('DynamicQuantizeLinear', [part('shared')], ['w', 'w_scale', 'w_zero']),
    make('MatMulInteger', ['x', 'w', 'x_zero', 'w_zero'].map(part), ['sums']),
    make('Cast', [part('sums')], ['cast']),
    make('Mul', ['x_scale', 'w_scale'].map(part), ['scale']),
    make('Mul', ['cast', 'scale'].map(part), [output]),
  ];
}

it('reads weights that are quantized at run time as the stored floats', async () => {
  const { config, checkpoint } = await load('default-sequence');
  const graph = parseOnnx(exportOnnx({ config, weights: weightReader(checkpoint), precision: 'f32' }), 'model.onnx');
  let products = 0;
  const nodes = graph.nodes.flatMap((node) =>
    node.type === 'MatMul' ? (products++, quantizedAtRunTime(node)) : [node],
  );
  expect(products).toBeGreaterThan(10);
  const { tensors } = readOnnx({ ...graph, nodes }, { file: 'model.onnx', config: { ...config } }).checkpoint;
  const [before, after] = [weightReader(checkpoint), weightReader({ tensors, metadata: {} })];
  for (const name of tensors.keys()) expect(after.float32(name), name).toEqual(before.float32(name));
});
