/** The two kinds of recordings that `albert verify` reads. */
import type { ForwardGolden, SentenceGolden } from '@albert-web/core/golden';

export type Golden = readonly ForwardGolden[] | SentenceGolden;

export function isSentenceGolden(golden: Golden): golden is SentenceGolden {
  return 'sentences' in golden;
}
