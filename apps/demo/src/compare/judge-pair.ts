/** The calls to a model for one pair of sentences, in the order in which their results are shown. */
import { verdictOf, type Explanation, type Model, type ParaphraseResult } from 'albert-web';

/** Number of consecutive layers that must agree with the previous one for a verdict to count as settled. */
const patience = 2;

/** The methods of a model that are needed. */
export type PairModel = Pick<Model, 'paraphrase' | 'explain'>;

/** Settings for comparing a pair. */
export interface PairSettings {
  /** Maximum number of layers. */
  readonly limit: number;
  /** Whether to stop as soon as the verdict has settled. */
  readonly settle: boolean;
  /** Whether to compute the verdict after each layer. */
  readonly layers: boolean;
  /** Whether to explain the verdict automatically. For long texts, users must request it. */
  readonly explain: boolean;
  readonly signal: AbortSignal;
}

/** A verdict, and its cost. */
export interface Judged {
  readonly result: ParaphraseResult;
  readonly milliseconds: number;
  /** Number of layers used. */
  readonly used: number;
}

/** A verdict with early exit, and that of the full pass for comparison. */
export interface Settled extends Judged {
  readonly whole: ParaphraseResult;
  readonly wholeMilliseconds: number;
}

/** Receives each answer as it arrives. */
export interface PairViews {
  verdict(judged: Judged): void;
  settled(settled: Settled): void;
  layers(verdicts: readonly number[], used: number): void;
  explanation(explanation: Explanation, milliseconds: number): void;
}

/**
 * Compares a pair, then explains the verdict.
 *
 * @returns the number of layers used; undefined if the model cannot read the pair, which is then not explained
 * @throws what the model throws, or the signal's reason
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
    // The first pass with a new shape is slower than later ones, so both are timed again, one after the other.
    const [full] = await timed(model.paraphrase(a, b, whole), signal);
    const [, earlyMilliseconds] = await timed(model.paraphrase(a, b, options), signal);
    const [, wholeMilliseconds] = await timed(model.paraphrase(a, b, whole), signal);
    views.settled({ result, milliseconds: earlyMilliseconds, used, whole: full, wholeMilliseconds });
  }
  if (everyLayer) {
    const [{ layers = [] }] = await timed(model.paraphrase(a, b, { signal, everyLayer }), signal);
    views.layers(layers, used);
  }
  // Explain at the depth of the displayed verdict. At another depth, the verdict may differ.
  if (explain) views.explanation(...(await timed(model.explain(a, b, { signal, depth: used }), signal)));
  return used;
}

/** Returns the result of a promise and the milliseconds it took. @throws the signal's reason if it was aborted in the meantime */
export async function timed<T>(promise: Promise<T>, signal: AbortSignal): Promise<[result: T, milliseconds: number]> {
  const started = performance.now();
  const result = await promise;
  signal.throwIfAborted();
  return [result, performance.now() - started];
}
