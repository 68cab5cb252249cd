/** Our engine, and the same model in plain tfjs ops on the same backend: only the encoder differs. */
import { selectBackend } from '@albert-web/backends';
import type { BackendChoice, WebgpuExecutor } from '@albert-web/backends';
import type {
  AlbertConfig,
  BackendName,
  ComposedExecutor,
  EncoderExecutor,
  ModelExecutor,
  WeightReader,
} from '@albert-web/core';
import {
  composeExecutor,
  createHostEmbeddings,
  createPlainExecutor,
  headOf,
  startTfjsWasm,
  TfjsBackend,
} from '@albert-web/core';
import { weightReader } from '@albert-web/checkpoints';
import * as tf from '@tensorflow/tfjs-core';
import type { Candidate } from '../report/report.ts';
import type { BenchModel, EngineSettings, LoadedModel } from './engine.ts';

/** Each GPU backend is started once per page: starting it again would take the device away from loaded models. */
const started = new Map<string, Promise<BackendChoice>>();

export async function openAlbertWeb(
  candidate: Candidate,
  model: BenchModel,
  settings: EngineSettings,
): Promise<LoadedModel> {
  const backend = await startBackend(candidate, settings);
  const weights = weightReader(candidate.precision === 'q8' ? model.q8 : model.f32);
  const { config } = model;
  const head = headOf(config);
  const executor =
    candidate.engine === 'tfjs'
      ? await plainModel(candidate.backend, config, weights)
      : await backend.started.createExecutor({ config, head, weights, precision: candidate.precision });
  const encoder = 'encoder' in executor ? (executor as ComposedExecutor).encoder : undefined;
  return {
    threads: candidate.engine === 'tfjs' && candidate.backend === 'wasm' ? settings.threads : (executor.threads ?? 1),
    async run(inputs) {
      const { outputs } = await executor.run(inputs);
      return outputs['logits']?.values ?? new Float32Array();
    },
    ...(encoder && { breakDown: stopwatch(encoder, model) }),
    ...(candidate.engine === 'albert-web' &&
      candidate.backend === 'wasm' &&
      settings.threads === 1 && { breakDownLayer: layerSteps(candidate, model, settings) }),
    ...(encoder && isWebgpu(encoder) && timedOnGpu(encoder, model)),
    dispose: () => Promise.resolve(executor.dispose()),
  };
}

/** Creates the same model in plain tfjs ops: only the encoder differs. */
export async function plainModel(
  backend: BackendName,
  config: AlbertConfig,
  weights: WeightReader,
): Promise<ModelExecutor> {
  const current = await tf.setBackend(backend);
  if (!current) throw new Error(`TensorFlow.js does not start ${backend}`);
  return composeExecutor(config, headOf(config), weights, createPlainExecutor(config, weights));
}

async function startBackend(candidate: Candidate, { threads, baseUrl }: EngineSettings): Promise<BackendChoice> {
  const wasmFiles = new URL('wasm/', baseUrl);
  // Our own executor needs no tfjs on WebAssembly, so nothing else starts it.
  if (candidate.engine === 'tfjs' && candidate.backend === 'wasm')
    await startTfjsWasm({ files: wasmFiles.href, threads });
  const { backend, precision } = candidate;
  const key = backend === 'wasm' ? `${backend} ${precision}` : backend;
  const choice =
    started.get(key) ??
    selectBackend({
      backend,
      wasmFiles,
      threads,
      // Emulated GPUs compile slowly.
      probeTimeout: 60_000,
      ...(candidate.engine === 'albert-web' && { precision }),
    });
  started.set(key, choice);
  return choice;
}

/** Times each step of a layer, and computes how long its products would take at the speed of their innermost loop alone. */
function layerSteps(
  { precision }: Candidate,
  model: BenchModel,
  { baseUrl }: EngineSettings,
): NonNullable<LoadedModel['breakDownLayer']> {
  const arithmetic = precision === 'q8' ? 'q8' : 'f32';
  return async (batch, length) => {
    const { measurePeak, measureSteps } = await import('@albert-web/backends/bench');
    const weights = weightReader(arithmetic === 'q8' ? model.q8 : model.f32);
    const wasmFiles = new URL('wasm/', baseUrl);
    const steps = await measureSteps(
      model.config,
      weights,
      { precision: arithmetic, wasmFiles },
      { batch, length, rounds: 15 },
    );
    const peak = await measurePeak(wasmFiles, arithmetic);
    const work = steps.reduce((sum, { gigaOperations }) => sum + gigaOperations, 0);
    return {
      ...Object.fromEntries(steps.map(({ step, milliseconds }) => [`a layer: ${step}`, milliseconds])),
      "a layer: its products at the innermost loop's own speed": (1000 * work) / peak,
    };
  };
}

function isWebgpu(executor: EncoderExecutor): executor is WebgpuExecutor {
  return executor.backend === 'webgpu' && 'tune' in executor;
}

/** Picks the fastest tiles before anything is timed, and times every step of a pass by the GPU's own clock. */
function timedOnGpu(executor: WebgpuExecutor, { config }: BenchModel): Pick<LoadedModel, 'prepare' | 'breakDownLayer'> {
  return {
    prepare: (batch, length) => executor.tune(batch * length),
    async breakDownLayer(batch, length) {
      if (!executor.hasClock) return {};
      const [embedded, mask] = new TfjsBackend('webgpu').run(() => [
        tf.randomNormal<tf.Rank.R3>([batch, length, config.embedding_size]),
        tf.ones<tf.Rank.R2>([batch, length], 'int32'),
      ]);
      const best: Record<string, number> = {};
      for (let round = 0; round < 5; round++) {
        for (const { step, dispatches, milliseconds } of await executor.profile(embedded, mask)) {
          const part = `a pass: ${step}, dispatched ${dispatches} times`;
          best[part] = Math.min(best[part] ?? Infinity, milliseconds);
        }
      }
      tf.dispose([embedded, mask]);
      return best;
    },
  };
}

/** Times the steps of a composed model, waiting for the device after each. The head is left out: it multiplies a single row. */
function stopwatch(executor: EncoderExecutor, { config, f32 }: BenchModel): NonNullable<LoadedModel['breakDown']> {
  const embed = createHostEmbeddings(config, weightReader(f32));
  const on = new TfjsBackend(executor.backend);
  return async (inputs) => {
    const batch = inputs.inputIds.length;
    const length = inputs.inputIds[0]?.length ?? 0;
    const parts: Record<string, number> = {};
    let last = performance.now();
    const lap = (part: string): void => {
      const now = performance.now();
      parts[part] = now - last;
      last = now;
    };
    const rows = embed(inputs);
    lap('embeddings');
    const [embedded, mask] = on.run(() => [
      tf.tensor3d(rows, [batch, length, config.embedding_size]),
      tf.ones<tf.Rank.R2>([batch, length], 'int32'),
    ]);
    const { hidden } = await executor.encode(embedded, mask);
    const first = on.run(() => tf.slice(hidden, [0, 0, 0], [1, 1, 1]));
    await first.data();
    lap('encoder');
    await hidden.data();
    lap('read-back of every token');
    tf.dispose([embedded, mask, hidden, first]);
    return parts;
  };
}
