/** The page in which loading is measured: the time that a visitor waits, and the memory that a model takes. */
import type { Albert } from '@albert-web/tasks';

/** The engine and model that the runner asks for. */
export interface FirstAnswerPlan {
  readonly engine: 'albert-web' | 'transformers.js';
  /** Folder of the model, relative to the page. */
  readonly model: string;
}

/** The first answer, and the time it took. */
export interface FirstAnswer {
  /** Milliseconds from navigation to the first answer, including code, model and warm-up. */
  readonly ms: number;
  /** Milliseconds from navigation to the call that opens the model. */
  readonly startMs: number;
  readonly scores: readonly number[];
}

const pair = ['The cat sat on the mat.', 'A cat was sitting on the mat.'] as const;
const urlOf = (folder: string): URL => new URL(`${folder}/`, document.baseURI);

async function firstAnswer({ engine, model }: FirstAnswerPlan): Promise<FirstAnswer> {
  const startMs = performance.now();
  const scores = engine === 'albert-web' ? await askAlbertWeb(model) : await askTransformers(model);
  return { ms: performance.now(), startMs, scores };
}

async function askAlbertWeb(model: string): Promise<number[]> {
  const albert = await loadModel(model);
  const [scores = []] = await albert.classify([pair]);
  return scores.map(({ score }) => score);
}

async function loadModel(model: string): Promise<Albert> {
  const { load } = await import('@albert-web/tasks');
  return load(urlOf(model), {
    backend: 'wasm',
    precision: 'q8',
    threads: 1,
    wasmFiles: new URL('wasm/', document.baseURI),
  });
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

/** Returns the milliseconds until every weight is loaded and verified, and the weights' size in bytes. */
async function timeWeights(model: string): Promise<{ ms: number; bytes: number }> {
  const { loadCheckpoint, openModel } = await import('@albert-web/checkpoints');
  const start = performance.now();
  const files = await openModel(urlOf(model));
  const [{ tensors }] = await Promise.all([loadCheckpoint(files), files.readJson('config.json')]);
  const ms = performance.now() - start;
  return { ms, bytes: [...tensors.values()].reduce((sum, { bytes }) => sum + bytes.length, 0) };
}

/** Fetches the code, so that the next measurement covers the model alone. */
async function prepare(): Promise<void> {
  await Promise.all([import('@albert-web/tasks'), import('@albert-web/checkpoints')]);
}

let kept: unknown;

/** Loads the weights alone, or loads the whole model and runs it once, and keeps a reference to it. */
async function keep(what: 'weights' | 'model', model: string): Promise<void> {
  if (what === 'model') {
    const albert = await loadModel(model);
    await albert.classify([pair]);
    kept = albert;
    return;
  }
  const { loadCheckpoint, openModel } = await import('@albert-web/checkpoints');
  kept = await loadCheckpoint(await openModel(urlOf(model)));
}

const page = { firstAnswer, timeWeights, prepare, keep, kept: () => kept };
export type LoadPage = typeof page;
Object.assign(globalThis, { loadPage: page });
