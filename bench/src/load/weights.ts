/** Measures loading the weights alone, from a server and from the cache. */
import type { Browser } from 'playwright';
import { median } from '../measure/statistics.ts';
import { bytesUnder, visit, withFreshProfile, type Network } from './visits.ts';

/** Medians over the rounds. */
export interface WeightsReport {
  /** Bytes of the tensors. */
  readonly bytes: number;
  /** Bytes over the wire of the first load, including headers and requests for absent files, divided by its files' size on disk. */
  readonly wireOverFiles: number;
  readonly networks: readonly {
    readonly network: string;
    /** Milliseconds until every weight is loaded and verified, in a fresh profile. */
    readonly firstMs: number;
    /** The same on the second visit. */
    readonly cachedMs: number;
    readonly firstOverCached: number;
  }[];
}

/** The loopback, on which the network costs nothing, and the median fixed line of 2024 in round figures. */
const networks: readonly Network[] = [
  { name: 'localhost' },
  { name: '100 Mbit/s, 20 ms', limits: { megabitsPerSecond: 100, latencyMs: 20 } },
];

/** @param fileBytes size of the files that a load reads. */
export async function measureWeights(
  browser: Browser,
  url: string,
  fileBytes: number,
  rounds: number,
): Promise<WeightsReport> {
  const results = networks.map((network) => ({ network, first: new Array<number>(), cached: new Array<number>() }));
  let bytes = 0;
  let wire = 0;
  for (let round = 0; round < rounds; round++) {
    for (const { network, first, cached } of results) {
      await withFreshProfile(browser, async (context) => {
        const load = async (): Promise<number> =>
          visit(context, url, network, async ({ loadPage, sent }) => {
            await loadPage.evaluate((page) => page.prepare());
            const loaded = await loadPage.evaluate((page) => page.timeWeights('ours'));
            bytes = loaded.bytes;
            wire = Math.max(wire, bytesUnder(await sent(), '/ours/'));
            return loaded.ms;
          });
        first.push(await load());
        cached.push(await load());
      });
    }
  }
  return {
    bytes,
    wireOverFiles: wire / fileBytes,
    networks: results.map(({ network, first, cached }) => ({
      network: network.name,
      firstMs: median(first),
      cachedMs: median(cached),
      firstOverCached: median(first) / median(cached),
    })),
  };
}
