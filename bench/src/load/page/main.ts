/** Opens one engine in a fresh page and answers one question: what a visitor waits for. */

/** What the runner asks for. */
export interface FirstAnswerPlan {
  readonly engine: 'albert-web' | 'transformers.js';
  /** Folder of the model, beside the page. */
  readonly model: string;
}

/** What became of it. */
export interface FirstAnswer {
  /** Milliseconds from navigation to the first answer, code, model and warm-up included. */
  readonly ms: number;
  /** Of these, until the call that opens the model. */
  readonly startMs: number;
  readonly scores: readonly number[];
}

const pair = ['The cat sat on the mat.', 'A cat was sitting on the mat.'] as const;

async function firstAnswer({ engine, model }: FirstAnswerPlan): Promise<FirstAnswer> {
  const startMs = performance.now();
  const scores = engine === 'albert-web' ? await askAlbertWeb(model) : await askTransformers(model);
  return { ms: performance.now(), startMs, scores };
}

async function askAlbertWeb(model: string): Promise<number[]> {
  const { load } = await import('@albert-web/tasks');
  const albert = await load(new URL(model, document.baseURI), {
    backend: 'wasm',
    precision: 'q8',
    threads: 1,
    wasmFiles: new URL('wasm/', document.baseURI),
  });
  const [scores = []] = await albert.classify([pair]);
  return scores.map(({ score }) => score);
}

async function askTransformers(model: string): Promise<number[]> {
  const { AutoModelForSequenceClassification, AutoTokenizer, env } = await import('@huggingface/transformers');
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = new URL('.', document.baseURI).pathname;
  const { wasm } = env.backends.onnx;
  if (wasm) {
    wasm.numThreads = 1;
    const file = (extension: string): string =>
      new URL(`transformers/ort-wasm-simd-threaded.asyncify.${extension}`, document.baseURI).href;
    wasm.wasmPaths = { mjs: file('mjs'), wasm: file('wasm') };
  }
  const [tokenizer, classifier] = await Promise.all([
    AutoTokenizer.from_pretrained(model),
    AutoModelForSequenceClassification.from_pretrained(model, { dtype: 'q8', device: 'wasm' }),
  ]);
  const outputs = (await classifier(tokenizer(pair[0], { text_pair: pair[1] }))) as { logits: { data: Float32Array } };
  return Array.from(outputs.logits.data);
}

Object.assign(globalThis, { firstAnswer });
