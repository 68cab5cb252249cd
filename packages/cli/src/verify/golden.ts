/** The two kinds of recordings that `albert verify` reads. */
import type { ForwardGolden } from '@albert-web/core/golden';

/** A sentence encoder's embeddings and verdicts. */
export interface SentenceGolden {
  readonly sentences: readonly { readonly text: string; readonly embedding: readonly number[] }[];
  readonly pairs: readonly {
    readonly a: string;
    readonly b: string;
    readonly cosine: number;
    readonly probability: number;
  }[];
}

export type Golden = readonly ForwardGolden[] | SentenceGolden;

export function isSentenceGolden(golden: Golden): golden is SentenceGolden {
  return 'sentences' in golden;
}
