/** Measures the time to a first verdict: the default model is loaded from the page's server, then from the browser's cache. */
import { messageOf } from '@albert-web/errors';
import { load } from '@albert-web/tasks';
import { clearCache } from '@albert-web/checkpoints';
import type { EngineSettings } from '../engines/engine.ts';
import type { Candidate } from '../report/report.ts';
import { labelOf } from '../report/report.ts';
import type { Sink } from './forward.ts';
import { summarize } from './statistics.ts';

/** Which of our own candidates to measure. The model is in `weights/default/`, relative to the page. */
export interface LoadPlan {
  readonly candidates: readonly Candidate[];
  readonly threads: number;
  readonly rounds: number;
}

/**
 * Measures the rows `load-cold` and `load-cached`. Cold means that our own cache is empty. The browser's HTTP cache may still
 * revalidate files, and code stays compiled from round to round.
 *
 * A candidate that fails is reported to the sink, and the others are measured.
 */
export async function measureLoad(
  plan: LoadPlan,
  { baseUrl }: Pick<EngineSettings, 'baseUrl'>,
  sink: Sink,
): Promise<void> {
  const model = new URL('weights/default/', baseUrl);
  for (const [index, candidate] of plan.candidates.entries()) {
    sink.progress(index, plan.candidates.length, `loading the default model on ${candidate.backend}`);
    try {
      const times = { 'load-cold': new Array<number>(), 'load-cached': new Array<number>() };
      let threads = plan.threads;
      const visit = async (measure: keyof typeof times): Promise<void> => {
        const started = performance.now();
        const { backend, precision } = candidate;
        const albert = await load(model, {
          backend,
          precision,
          threads,
          wasmFiles: new URL('wasm/', baseUrl),
          probeTimeout: 60_000,
        });
        await albert.paraphrase('He is rich.', 'He has a lot of money.');
        times[measure].push(performance.now() - started);
        ({ threads } = albert.info());
        await albert.dispose();
      };
      for (let round = 0; round < plan.rounds; round++) {
        await clearCache(model);
        await visit('load-cold');
        await visit('load-cached');
      }
      for (const measure of ['load-cold', 'load-cached'] as const) {
        const input = {
          shape: 'default model',
          batch: 1,
          length: 0,
          threads,
          isolated: globalThis.crossOriginIsolated,
        };
        sink.row({ ...candidate, measure, ...input, ...summarize(times[measure]), ratio: {} });
      }
    } catch (error) {
      sink.skipped({ what: `loading, ${labelOf(candidate)} on ${candidate.backend}`, why: messageOf(error) });
    }
  }
}
