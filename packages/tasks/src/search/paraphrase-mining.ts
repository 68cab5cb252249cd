/** Finds the sentences of a list that mean the same. A sentence encoder proposes pairs, and a cross-encoder confirms them. */
import {
  callback,
  checkArgument,
  checkOptions,
  finite,
  abortSignal,
  listOf,
  required,
  text,
  whole,
  type Rules,
} from '@albert-web/errors';
import type { Albert } from '../albert.ts';
import type { ParaphraseResult } from '../tasks/paraphrase.ts';
import { verdictOf } from '../tasks/verdict.ts';
import type { MinedPair } from './mine-pairs.ts';

/** Progress of mining. */
export interface MiningProgress {
  /** `embedding` counts sentences, `judging` counts pairs. */
  readonly stage: 'embedding' | 'judging';
  readonly done: number;
  readonly total: number;
}

/** Options of {@link paraphraseMining}. */
export interface ParaphraseMiningOptions {
  /** A sentence encoder, which proposes pairs that may mean the same. */
  readonly encoder: Pick<Albert, 'minePairs'>;
  /** A model that judges pairs, usually a cross-encoder. Default: the encoder's own probability decides. */
  readonly judge?: Pick<Albert, 'paraphrases'> | undefined;
  /** Number of nearest neighbors considered for each sentence. Default 10. */
  readonly topK?: number | undefined;
  /** Minimum encoder probability of the pairs to judge. Default 0.2. */
  readonly proposeFrom?: number | undefined;
  /** Minimum probability of two sentences that mean the same. Default 0.5, except for pairs of which the judge is unsure. */
  readonly threshold?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: MiningProgress) => void) | undefined;
}

/** Two sentences that mean the same, by their indices. */
export interface ParaphrasePair extends Pick<MinedPair, 'first' | 'second' | 'similarity'> {
  /** Probability that they mean the same, from the judge. */
  readonly probability: number;
}

/** The result of {@link paraphraseMining}. */
export interface MinedParaphrases {
  /** Most probable first. Pairs whose sentences were already in the same cluster are not judged and not listed. */
  readonly pairs: readonly ParaphrasePair[];
  /** Indices of sentences that mean the same, in order. The largest cluster is first. Single sentences are in no cluster. */
  readonly clusters: readonly (readonly number[])[];
}

/** The probability at which two sentences are as likely to mean the same as not. */
const even = 0.5;

/** Number of pairs to judge before the next ones are selected. */
const chunk = 64;

const rules: Rules<Required<ParaphraseMiningOptions>> = {
  encoder: required({ expected: 'a sentence encoder', accepts: (value) => hasMethod(value, 'minePairs') }),
  judge: { expected: 'a model that judges pairs', accepts: (value) => hasMethod(value, 'paraphrases') },
  topK: whole(1),
  proposeFrom: finite(0, 1),
  threshold: finite(0, 1),
  signal: abortSignal,
  onProgress: callback,
};

const hasMethod = (value: unknown, name: string): boolean =>
  typeof value === 'object' && value !== null && name in value;

/**
 * Finds the sentences of a list that mean the same.
 *
 * ```ts
 * const { clusters } = await paraphraseMining(questions, { encoder, judge });
 * ```
 *
 * Source of the first step: `paraphrase_mining` of sentence-transformers.
 *
 * @throws InvalidArgumentError, what the models throw, or the signal's reason
 */
export async function paraphraseMining(
  sentences: readonly string[],
  options: ParaphraseMiningOptions,
): Promise<MinedParaphrases> {
  checkArgument('sentences', sentences, listOf(text));
  checkOptions(options, rules);
  const { encoder, judge, topK = 10, proposeFrom = 0.2, threshold, signal, onProgress } = options;
  const mined = await encoder.minePairs(sentences, {
    topK,
    signal,
    priority: 'bulk',
    onProgress: (done, total) => onProgress?.({ stage: 'embedding', done, total }),
  });
  const proposed = mined.filter(({ probability }) => probability >= (judge ? proposeFrom : (threshold ?? even)));
  const clusters = new Clusters(sentences.length);
  const pairs: ParaphrasePair[] = [];
  for (let done = 0; done < proposed.length; done += chunk) {
    signal?.throwIfAborted();
    const open = proposed.slice(done, done + chunk).filter(({ first, second }) => !clusters.together(first, second));
    const same = judge ? await confirmed(judge, sentences, open, { threshold, signal }) : open;
    for (const { first, second } of same) clusters.join(first, second);
    pairs.push(...same);
    onProgress?.({ stage: 'judging', done: Math.min(done + chunk, proposed.length), total: proposed.length });
  }
  return { pairs: pairs.toSorted((a, b) => b.probability - a.probability), clusters: clusters.list() };
}

/** Returns the pairs that mean the same according to the judge, with its probabilities. */
async function confirmed(
  judge: Pick<Albert, 'paraphrases'>,
  sentences: readonly string[],
  pairs: readonly MinedPair[],
  { threshold, signal }: Pick<ParaphraseMiningOptions, 'threshold' | 'signal'>,
): Promise<ParaphrasePair[]> {
  if (pairs.length === 0) return [];
  const texts = pairs.map(({ first, second }) => [sentences[first] ?? '', sentences[second] ?? ''] as const);
  const results = await judge.paraphrases(texts, { signal, priority: 'bulk' });
  return pairs.flatMap((pair, index) => {
    const result = results[index] as ParaphraseResult;
    const { probability, unsure } = result;
    const same = threshold === undefined ? probability >= even && !unsure : probability >= threshold;
    // All unknown pieces look the same to the judge, so a sentence of unknown pieces never counts as a paraphrase.
    return same && verdictOf(result) !== 'unreadable' ? [{ ...pair, probability }] : [];
  });
}

/** Sets of members that were joined, directly or through others. */
class Clusters {
  readonly #leaders: number[];

  constructor(size: number) {
    this.#leaders = Array.from({ length: size }, (_, member) => member);
  }

  together(a: number, b: number): boolean {
    return this.#leader(a) === this.#leader(b);
  }

  join(a: number, b: number): void {
    const [first, second] = [this.#leader(a), this.#leader(b)];
    this.#leaders[Math.max(first, second)] = Math.min(first, second);
  }

  /** Returns the clusters with at least two members, largest first. */
  list(): number[][] {
    const members = new Map<number, number[]>();
    this.#leaders.forEach((_, member) => {
      const leader = this.#leader(member);
      members.set(leader, [...(members.get(leader) ?? []), member]);
    });
    return [...members.values()].filter(({ length }) => length > 1).sort((a, b) => b.length - a.length);
  }

  #leader(member: number): number {
    let leader = member;
    while (this.#leaders[leader] !== leader) leader = this.#leaders[leader] ?? leader;
    this.#leaders[member] = leader;
    return leader;
  }
}
