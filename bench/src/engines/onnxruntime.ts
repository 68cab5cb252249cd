/** ONNX Runtime Web on our own export of the same weights: f32, or q8 with every layer quantized. */
import type { RawInputs } from '@albert-web/core';
import { exportOnnx, onnxPrecisions, weightReader } from '@albert-web/checkpoints';
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import type { Candidate } from '../report/report.ts';
import type { BenchModel, EngineSettings, LoadedModel } from './engine.ts';

export async function openOnnxRuntime(
  { backend, precision }: Candidate,
  model: BenchModel,
  { threads, baseUrl }: EngineSettings,
): Promise<LoadedModel> {
  const stored = onnxPrecisions.find((name) => name === precision);
  if (!stored) throw new Error(`The ONNX export has no ${precision}`);
  const ort = backend === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm');
  const files = `ort/ort-wasm-simd-threaded${backend === 'webgpu' ? '.asyncify' : ''}`;
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = {
    mjs: new URL(`${files}.mjs`, baseUrl).href,
    wasm: new URL(`${files}.wasm`, baseUrl).href,
  };
  const bytes = exportOnnx({ config: model.config, weights: weightReader(model.f32), precision: stored });
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: [backend === 'webgpu' ? 'webgpu' : 'wasm'],
    graphOptimizationLevel: 'all',
  });
  return {
    threads,
    async run(inputs) {
      const outputs = await session.run(feedsOf(inputs, ort.Tensor));
      return Float32Array.from(outputs['logits']?.data as Float32Array);
    },
    dispose: () => session.release(),
  };
}

function feedsOf({ inputIds }: RawInputs, OrtTensor: typeof Tensor): InferenceSession.FeedsType {
  const shape = [inputIds.length, inputIds[0]?.length ?? 0];
  const size = inputIds.length * (inputIds[0]?.length ?? 0);
  const ids = BigInt64Array.from(inputIds.flatMap((row) => Array.from(row, BigInt)));
  return {
    input_ids: new OrtTensor('int64', ids, shape),
    attention_mask: new OrtTensor('int64', new BigInt64Array(size).fill(1n), shape),
    token_type_ids: new OrtTensor('int64', new BigInt64Array(size), shape),
  };
}
