/** transformers.js end to end: its own tokenizer, its own ONNX Runtime, the same exported model. */
import type { Candidate } from '../report/report.ts';
import type { EngineSettings } from './engine.ts';
import { filesOfShipped } from './transformers-files.ts';

/** A pair classifier that takes text. */
export interface PairModel {
  readonly threads: number;
  /** Logits of each pair, row-major. */
  run(pairs: readonly (readonly [string, string])[]): Promise<Float32Array>;
  /** The tokenizer's part of `run` alone. */
  tokenize(pairs: readonly (readonly [string, string])[]): void;
  dispose(): Promise<void>;
}

/** Where a pair classifier lies. */
export interface PairFolder {
  /** Its path beside the page, ending with a slash. */
  readonly folder: string;
  /** Whether it is as we ship it: what transformers.js reads is made of it first then. */
  readonly shipped: boolean;
}

/** Makes or finds `tokenizer.json` and `onnx/` of the folder. */
export async function openTransformers(
  { precision }: Candidate,
  { folder, shipped }: PairFolder,
  batchSize: number,
  { threads, baseUrl }: EngineSettings,
): Promise<PairModel> {
  const { AutoModelForSequenceClassification, AutoTokenizer, env } = await import('@huggingface/transformers');
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  const url = new URL(folder, baseUrl);
  // A path, not a URL: what begins with http counts as remote.
  env.localModelPath = new URL('../', url).pathname;
  const model = folder.split('/').at(-2) ?? '';
  env.useCustomCache = shipped;
  env.customCache = shipped ? await filesOfShipped(url) : null;
  env.useBrowserCache = false;
  env.useWasmCache = false;
  const { wasm } = env.backends.onnx;
  if (wasm) {
    wasm.numThreads = threads;
    const file = (extension: string): string =>
      new URL(`transformers/ort-wasm-simd-threaded.asyncify.${extension}`, baseUrl).href;
    wasm.wasmPaths = { mjs: file('mjs'), wasm: file('wasm') };
  }
  const [tokenizer, classifier] = await Promise.all([
    AutoTokenizer.from_pretrained(model),
    AutoModelForSequenceClassification.from_pretrained(model, {
      dtype: precision === 'q8' ? 'q8' : 'fp32',
      device: 'wasm',
    }),
  ]);
  return {
    threads,
    tokenize(pairs) {
      for (const [first, second] of pairs) tokenizer(first, { text_pair: second, truncation: true });
    },
    async run(pairs) {
      const logits: number[] = [];
      for (let start = 0; start < pairs.length; start += batchSize) {
        const batch = pairs.slice(start, start + batchSize);
        const inputs = tokenizer(
          batch.map(([first]) => first),
          { text_pair: batch.map(([, second]) => second), padding: true, truncation: true },
        );
        const outputs = (await classifier(inputs)) as { logits: { data: Float32Array } };
        logits.push(...outputs.logits.data);
      }
      return Float32Array.from(logits);
    },
    async dispose() {
      await classifier.dispose();
    },
  };
}
