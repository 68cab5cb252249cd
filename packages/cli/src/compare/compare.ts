/**
 * Measures the effect of quantization: runs the same sentence pairs in full and in reduced precision. The same code runs in Node and
 * in a page of headless Chromium.
 */
import type { BackendSettings } from '@albert-web/backends';
import type { BackendName, Precision } from '@albert-web/core';
import type { Albert, InferenceOptions, ModelInfo, SentencePair } from '@albert-web/tasks';
import { cosine, load, openInference, padRows } from '@albert-web/tasks';
import { openModel } from '@albert-web/checkpoints';

/** What to compare, on which data and backend. */
export interface CompareRequest {
  /** Folder or URL of the quantized model. */
  readonly model: string;
  /** Folder or URL of the reference, in f32. */
  readonly reference: string;
  readonly pairs: readonly SentencePair[];
  /** 1 for paraphrases. */
  readonly labels: readonly number[];
  readonly backend: BackendName;
  readonly precision: Precision;
  readonly settings?: BackendSettings;
}

/** The result of a comparison. Fractions are from 0 to 1. */
export interface CompareResult {
  readonly pairs: number;
  /** Fraction of pairs with equal verdicts. */
  readonly equalLabels: number;
  readonly accuracy: number;
  readonly referenceAccuracy: number;
  /** Cosines of pooled embeddings: of sentences for a sentence encoder, of pairs for a cross-encoder. */
  readonly meanCosine: number;
  readonly worstCosine: number;
  readonly backend: BackendName;
  readonly precision: Precision;
  readonly device: string;
}

/** The limits for a quantized model. */
export const rule = { equalLabels: 0.99, accuracyDifference: 0.003, meanCosine: 0.999, worstCosine: 0.99 } as const;

/** Whether a result keeps the {@link rule}. */
export function keepsRule(result: CompareResult): boolean {
  return (
    result.equalLabels >= rule.equalLabels &&
    Math.abs(result.accuracy - result.referenceAccuracy) <= rule.accuracyDifference &&
    result.meanCosine >= rule.meanCosine &&
    result.worstCosine >= rule.worstCosine
  );
}

/** Compares two models. @throws NoBackendError, UnsupportedTaskError, and the named errors of loading a model */
export async function compare(request: CompareRequest): Promise<CompareResult> {
  const { labels, pairs } = request;
  const rounded = await judge(request, request.model, request.precision);
  const exact = await judge(request, request.reference, 'f32');
  const cosines = rounded.embeddings.map((embedding, index) =>
    cosine(embedding, exact.embeddings[index] ?? new Float32Array()),
  );
  const share = (verdicts: readonly number[], others: readonly number[]): number =>
    verdicts.filter((verdict, index) => verdict === others[index]).length / pairs.length;
  const { backend, precision, device } = rounded.info;
  return {
    pairs: pairs.length,
    equalLabels: share(rounded.verdicts, exact.verdicts),
    accuracy: share(rounded.verdicts, labels),
    referenceAccuracy: share(exact.verdicts, labels),
    meanCosine: cosines.reduce((sum, value) => sum + value, 0) / cosines.length,
    worstCosine: cosines.reduce((worst, value) => Math.min(worst, value), 1),
    backend,
    precision,
    device,
  };
}

interface Judgement {
  readonly verdicts: readonly number[];
  readonly embeddings: readonly Float32Array[];
  readonly info: ModelInfo;
}

async function judge(
  { pairs, backend, settings }: CompareRequest,
  location: string,
  precision: Precision,
): Promise<Judgement> {
  const options = { backend, precision, probeTimeout: 60_000, ...settings };
  const model = await load(location, options);
  try {
    const info = model.info();
    const verdicts = (await model.paraphrases(pairs)).map(({ paraphrase }) => Number(paraphrase));
    const embeddings = info.sentenceEncoder
      ? await model.embed(pairs.flat())
      : await poolPairs(location, model, pairs, options);
    return { verdicts, embeddings, info };
  } finally {
    await model.dispose();
  }
}

/** Computes the pooler's output for every pair, which is the input of a cross-encoder's classifier. */
async function poolPairs(
  location: string,
  model: Albert,
  pairs: readonly SentencePair[],
  options: InferenceOptions,
): Promise<Float32Array[]> {
  const { maxLength } = model.info();
  const { config, executor } = await openInference(await openModel(location), { ...options, head: 'base' });
  try {
    const pooled: Float32Array[] = [];
    for (const encoding of model.tokenizer.encodeBatch(pairs, { maxLength, truncation: 'longest_first' })) {
      const { outputs } = await executor.run(padRows([encoding], config.pad_token_id));
      pooled.push(outputs['pooler_output']?.values ?? new Float32Array());
    }
    return pooled;
  } finally {
    executor.dispose();
  }
}
