/** What is asked of a model about one pair of sentences, in the order in which it is shown. */
import { verdictOf, type Explanation, type Model, type ParaphraseResult } from 'albert-web';

/** Layers that must agree with the one before them for a verdict to count as settled. */
const patience = 2;

/** What of a model is needed. */
export type PairModel = Pick<Model, 'paraphrase' | 'explain'>;

/** How a pair is judged. */
export interface PairSettings {
  /** Layers at most. */
  readonly limit: number;
  /** Whether to stop as soon as the verdict has settled. */
  readonly settle: boolean;
  /** Whether to ask for the verdict after each layer. */
  readonly layers: boolean;
  /** Whether to explain the verdict at once: for long texts that is left to be asked for. */
  readonly explain: boolean;
  readonly signal: AbortSignal;
}

/** A verdict, what it took, and, where it stopped early, the one of the whole pass. */
export interface Judged {
  readonly result: ParaphraseResult;
  readonly milliseconds: number;
  /** Layers used. */
  readonly used: number;
}

/** Stopping early beside the whole pass. */
export interface Settled extends Judged {
  readonly whole: ParaphraseResult;
  readonly wholeMilliseconds: number;
}

/** Told of each answer as it comes. */
export interface PairViews {
  verdict(judged: Judged): void;
  settled(settled: Settled): void;
  layers(verdicts: readonly number[], used: number): void;
  explanation(explanation: Explanation, milliseconds: number): void;
}

/**
 * Judges a pair, then asks what the verdict rests on.
 *
 * @returns the layers that were used; undefined where the model cannot read the pair, and more is not asked. @throws what the model throws, or the signal's reason.
 */
export async function judgePair(
  model: PairModel,
  [a, b]: readonly [string, string],
  { limit, settle, layers: everyLayer, explain, signal }: PairSettings,
  views: PairViews,
): Promise<number | undefined> {
  const whole = { signal, depth: limit };
  const options = settle ? { ...whole, earlyExit: { patience } } : whole;
  const [result, milliseconds] = await timed(model.paraphrase(a, b, options), signal);
  const used = result.depth ?? limit;
  views.verdict({ result, milliseconds, used });
  if (verdictOf(result) === 'unreadable') return undefined;
  if (settle) {
    // The first pass of a shape is slower than the next: both are timed once more, in turn.
    const [full] = await timed(model.paraphrase(a, b, whole), signal);
    const [, earlyMilliseconds] = await timed(model.paraphrase(a, b, options), signal);
    const [, wholeMilliseconds] = await timed(model.paraphrase(a, b, whole), signal);
    views.settled({ result, milliseconds: earlyMilliseconds, used, whole: full, wholeMilliseconds });
  }
  if (everyLayer) {
    const [{ layers = [] }] = await timed(model.paraphrase(a, b, { signal, everyLayer }), signal);
    views.layers(layers, used);
  }
  // At the depth of the verdict that is shown: at another one it may be another verdict.
  if (explain) views.explanation(...(await timed(model.explain(a, b, { signal, depth: used }), signal)));
  return used;
}

/** What a promise gives, and after how many milliseconds. @throws the signal's reason for an answer that came too late. */
export async function timed<T>(promise: Promise<T>, signal: AbortSignal): Promise<[result: T, milliseconds: number]> {
  const started = performance.now();
  const result = await promise;
  signal.throwIfAborted();
  return [result, performance.now() - started];
}
