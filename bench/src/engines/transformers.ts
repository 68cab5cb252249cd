/** transformers.js end to end: its own tokenizer, its own ONNX Runtime, the same exported model. */
import type { Candidate } from '../report/report.ts';
import type { EngineSettings } from './engine.ts';
import { filesOfShipped } from './transformers-files.ts';

/** A pair classifier that takes text. */
export interface PairModel {
  readonly threads: number;
  /** Computes the logits of all pairs, row-major. */
  run(pairs: readonly (readonly [string, string])[]): Promise<Float32Array>;
  /** Runs only the tokenizer's part of `run`. */
  tokenize(pairs: readonly (readonly [string, string])[]): void;
  dispose(): Promise<void>;
}

/** Where a pair classifier is. */
export interface PairFolder {
  /** Its path relative to the page, ending with a slash. */
  readonly folder: string;
  /** Whether the folder is as we ship it. If so, the files that transformers.js reads are made from it first. */
  readonly shipped: boolean;
}

/** Loads the folder's `tokenizer.json` and `onnx/`, which are made first if it is as we ship it. */
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
  // A path instead of a URL, because anything that begins with http counts as remote.
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
