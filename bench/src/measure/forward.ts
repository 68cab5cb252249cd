/** Measures the latency from token ids to logits: all candidates get the same weights and inputs, are checked, and are timed in turn. */
import { AlbertError, messageOf } from '@albert-web/errors';
import { quantizeCheckpoint } from '@albert-web/checkpoints';
import type { BenchModel, EngineSettings, LoadedModel } from '../engines/engine.ts';
import { openEngine } from '../engines/index.ts';
import { randomCheckpoint, randomInputs } from '../model/random-model.ts';
import type { ShapeName } from '../model/shapes.ts';
import { configOf } from '../model/shapes.ts';
import type { Agreement, Candidate, PartRow, Row, Skipped } from '../report/report.ts';
import { labelOf } from '../report/report.ts';
import { interleave } from './interleave.ts';
import { cosine, largestDifference, summarize } from './statistics.ts';

/** The size of an input. */
export interface InputSize {
  readonly batch: number;
  readonly length: number;
}

/** What to measure in one page. */
export interface ForwardPlan {
  readonly shape: ShapeName;
  /** Candidates of a single backend, which share inputs, weights and a table. */
  readonly candidates: readonly Candidate[];
  readonly inputs: readonly InputSize[];
  readonly threads: number;
  readonly rounds: number;
  /** Milliseconds for one input and all candidates together. */
  readonly budgetMs: number;
  /** Whether to measure the parts of our own calls too. */
  readonly parts: boolean;
  /** No further input is started after this time (ms). Default: no limit. */
  readonly limitMs?: number;
}

/** Receives everything as it is measured, so that nothing is lost when a run ends early. */
export interface Sink {
  row(row: Row): void;
  part(row: PartRow): void;
  agreement(agreement: Agreement): void;
  skipped(skipped: Skipped): void;
  progress(done: number, total: number, what: string): void;
}

/** How far two engines' logits may differ if their times are to be compared. bench/README.md states these limits. */
const tolerances = { f32: { maxAbsDiff: 1e-3, cosine: 0.9999 }, reduced: { maxAbsDiff: Infinity, cosine: 0.99 } };

/** A candidate that fails is reported to the sink, and the others are measured. */
export async function measureForward(
  plan: ForwardPlan,
  settings: Pick<EngineSettings, 'baseUrl'>,
  sink: Sink,
): Promise<void> {
  const started = performance.now();
  const model = createModel(plan.shape);
  const open = await openAll(plan, model, { ...settings, threads: plan.threads }, sink);
  try {
    const agreeing = await checkAgreement(plan, model, open, sink);
    for (const [index, input] of plan.inputs.entries()) {
      const what = `${plan.shape}, batch ${input.batch}, length ${input.length}`;
      if (performance.now() - started > (plan.limitMs ?? Infinity)) {
        sink.skipped({ what, why: 'the time for this run was up' });
        continue;
      }
      sink.progress(index, plan.inputs.length, what);
      await measureInput(plan, model, agreeing, input, sink);
    }
    sink.progress(plan.inputs.length, plan.inputs.length, `${plan.shape} done`);
  } finally {
    for (const { loaded } of open) await loaded.dispose().catch(() => undefined);
  }
}

/** A candidate with its model loaded. */
interface Opened {
  readonly candidate: Candidate;
  readonly loaded: LoadedModel;
}

function createModel(shape: ShapeName): BenchModel {
  const config = configOf(shape);
  const f32 = randomCheckpoint(config);
  return { shape, config, f32, q8: quantizeCheckpoint(f32, 'q8').checkpoint };
}

async function openAll(
  { candidates, shape }: ForwardPlan,
  model: BenchModel,
  settings: EngineSettings,
  sink: Sink,
): Promise<Opened[]> {
  const open: Opened[] = [];
  for (const candidate of candidates) {
    sink.progress(0, 1, `loading ${labelOf(candidate)} on ${candidate.backend}`);
    try {
      open.push({ candidate, loaded: await inTime(openEngine(candidate, model, settings)) });
    } catch (error) {
      sink.skipped({ what: `${labelOf(candidate)} on ${candidate.backend}, ${shape}`, why: messageOf(error) });
    }
  }
  return open;
}

/** Compiling for an emulated GPU takes up to a minute on a busy machine (ms). */
const loadingPatience = 120_000;

/** Rejects when loading takes too long: some runtimes wait forever for a worker that did not start. */
async function inTime<T>(loading: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const why = new AlbertError({
      problem: 'Loading took more than two minutes',
      remedy: 'See the console of the page',
    });
    timer = setTimeout(() => reject(why), loadingPatience);
  });
  try {
    return await Promise.race([loading, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Returns the candidates whose logits agree with the first one's: the time of a wrong answer is not worth knowing. */
async function checkAgreement(
  { shape }: ForwardPlan,
  { config }: BenchModel,
  open: readonly Opened[],
  sink: Sink,
): Promise<Opened[]> {
  const inputs = randomInputs(config, 2, 16);
  const agreeing: Opened[] = [];
  let reference: Float32Array | undefined;
  for (const opened of open) {
    const { candidate, loaded } = opened;
    const what = `${labelOf(candidate)} on ${candidate.backend}, ${shape}`;
    try {
      const logits = await loaded.run(inputs);
      reference ??= logits;
      const distance = distanceOf(logits, reference);
      sink.agreement({ ...candidate, shape, ...distance });
      const why = disagreement(candidate, distance);
      if (why === undefined) agreeing.push(opened);
      else sink.skipped({ what, why });
    } catch (error) {
      sink.skipped({ what, why: messageOf(error) });
    }
  }
  return agreeing;
}

type Distance = Pick<Agreement, 'maxAbsDiff' | 'cosine'>;

function distanceOf(logits: Float32Array, reference: Float32Array): Distance {
  return { maxAbsDiff: largestDifference(logits, reference), cosine: cosine(logits, reference) };
}

/** Returns how a candidate's logits disagree; undefined if they agree. */
function disagreement({ precision }: Candidate, { maxAbsDiff, cosine }: Distance): string | undefined {
  const allowed = precision === 'f32' ? tolerances.f32 : tolerances.reduced;
  if (maxAbsDiff <= allowed.maxAbsDiff && cosine >= allowed.cosine) return undefined;
  return `its logits differ by ${maxAbsDiff}, cosine ${cosine}`;
}

async function measureInput(
  plan: ForwardPlan,
  { config }: BenchModel,
  open: readonly Opened[],
  { batch, length }: InputSize,
  sink: Sink,
): Promise<void> {
  const inputs = randomInputs(config, batch, length);
  try {
    const ready = await prepareAll(plan, open, { batch, length }, sink);
    const answers: Float32Array[] = [];
    const runs = ready.map(
      ({ loaded }, index) =>
        async () =>
          void (answers[index] = await loaded.run(inputs)),
    );
    const times = await interleave(runs, { rounds: plan.rounds, budgetMs: plan.budgetMs });
    const measured = ready.flatMap(({ candidate, loaded }, index) => {
      // An engine that is out of memory may keep returning wrong answers at once.
      const why = disagreement(candidate, distanceOf(answers[index] ?? none, answers[0] ?? none));
      if (why !== undefined) {
        sink.skipped({ what: rowName(candidate, plan.shape, { batch, length }), why });
        return [];
      }
      return {
        ...candidate,
        measure: 'forward' as const,
        shape: plan.shape,
        batch,
        length,
        threads: loaded.threads,
        isolated: globalThis.crossOriginIsolated,
        ...summarize(times[index] ?? []),
      };
    });
    for (const row of withRatios(measured)) sink.row(row);
    if (plan.parts) await measureParts(plan, open, { batch, length }, inputs, sink);
  } catch (error) {
    sink.skipped({ what: `${plan.shape}, batch ${batch}, length ${length}`, why: messageOf(error) });
  }
}

const none = new Float32Array();

function rowName(candidate: Candidate, shape: ShapeName, { batch, length }: InputSize): string {
  return `${labelOf(candidate)} on ${candidate.backend}, ${shape}, batch ${batch}, length ${length}`;
}

/** Returns the candidates that are ready for the size: an engine without a model of that length loses only its own row. */
async function prepareAll(
  { shape }: ForwardPlan,
  open: readonly Opened[],
  { batch, length }: InputSize,
  sink: Sink,
): Promise<Opened[]> {
  const ready: Opened[] = [];
  for (const opened of open) {
    try {
      await opened.loaded.prepare?.(batch, length);
      ready.push(opened);
    } catch (error) {
      sink.skipped({ what: rowName(opened.candidate, shape, { batch, length }), why: messageOf(error) });
    }
  }
  return ready;
}

/** Adds ratios to our rows: each peer's median divided by ours. */
export function withRatios(rows: readonly Omit<Row, 'ratio'>[]): Row[] {
  const peers = rows.filter(({ engine }) => engine !== 'albert-web');
  return rows.map((row) => ({
    ...row,
    ratio:
      row.engine === 'albert-web'
        ? Object.fromEntries(peers.map((peer) => [labelOf(peer), peer.medianMs / row.medianMs]))
        : {},
  }));
}

async function measureParts(
  plan: ForwardPlan,
  open: readonly Opened[],
  { batch, length }: InputSize,
  inputs: Parameters<LoadedModel['run']>[0],
  sink: Sink,
): Promise<void> {
  for (const { candidate, loaded } of open.filter(({ candidate }) => candidate.engine === 'albert-web')) {
    const laps: Readonly<Record<string, number>>[] = [];
    const lap = async (): Promise<void> => void laps.push((await loaded.breakDown?.(inputs)) ?? {});
    await interleave([lap], { rounds: 5, budgetMs: plan.budgetMs / 4 });
    for (const part of Object.keys(laps[0] ?? {})) {
      const times = laps.slice(1).map((parts) => parts[part] ?? NaN); // the first run was a warm-up
      const { medianMs } = summarize(times);
      sink.part({ ...candidate, shape: plan.shape, batch, length, threads: loaded.threads, part, medianMs });
    }
    const steps = (await loaded.breakDownLayer?.(batch, length)) ?? {};
    for (const [part, medianMs] of Object.entries(steps)) {
      sink.part({ ...candidate, shape: plan.shape, batch, length, threads: loaded.threads, part, medianMs });
    }
  }
}
