/** Our public API, as a page uses it: text in, verdicts out. */
import { load } from '@albert-web/tasks';
import type { Candidate } from '../report/report.ts';
import type { EngineSettings } from './engine.ts';
import type { PairFolder, PairModel } from './transformers.ts';

/** Loads a pair classifier with `load`. */
export async function openPairs(
  { backend, precision }: Candidate,
  { folder }: PairFolder,
  batchSize: number,
  { threads, baseUrl }: EngineSettings,
): Promise<PairModel> {
  const albert = await load(new URL(folder, baseUrl).href, {
    backend,
    precision,
    threads,
    wasmFiles: new URL('wasm/', baseUrl),
    probeTimeout: 60_000,
  });
  return {
    threads: albert.info().threads,
    tokenize(pairs) {
      for (const pair of pairs) albert.tokenizer.encode(pair);
    },
    async run(pairs) {
      const scores = await albert.classify(pairs, { batchSize });
      return Float32Array.from(scores.flatMap(byClass));
    },
    dispose: () => albert.dispose(),
  };
}

/** Log-probabilities in the order of the classes. They equal the logits up to a constant, which comparisons remove. */
function byClass(scores: readonly { readonly label: string; readonly score: number }[]): number[] {
  return scores
    .toSorted((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true }))
    .map(({ score }) => Math.log(score));
}
