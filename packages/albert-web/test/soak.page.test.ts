/**
 * The soak: tabs that load, ask, abort, dispose and train in random order, side by side, isolated and not, while they are
 * throttled, frozen or killed. Every answer is held against the one that the same model gives when nothing else happens; an
 * unnamed error, a worker that is left or memory that grows is a fault. `npm run soak -- --minutes 10` goes on for longer.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { backendNames } from '@albert-web/core/spec';
import { seededRandom } from '@albert-web/testing';
import type { Browser, BrowserContext } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { isolationHeaders, startStaticServer, type StaticServer } from '@albert-web/browser/static-server';
import { scriptMounts } from './pages.ts';
import { bundleSoak } from './soak/bundle.ts';
import { nameOf, type Pair } from './soak/page/answers.ts';
import { models, type ModelName } from './soak/page/models.ts';
import type { KnownPair } from './soak/page/round.ts';
import { residentBytes } from './soak/processes.ts';
import { growing, Tally, type SoakReport } from './soak/report.ts';
import { circumstances, Tab, type Circumstance } from './soak/tab.ts';

/** As `scripts/soak.mjs` sets them. The run of `npm test` is one round. */
const minutes = Number(process.env['SOAK_MINUTES'] ?? 0.1);
const seed = Number(process.env['SOAK_SEED'] ?? 1);
const output = process.env['SOAK_OUTPUT'];
const long = minutes >= 1;

const roundMilliseconds = long ? 20_000 : 6000;
/** Milliseconds that the last round and the loads of all models may take longer; what hangs is seen long before. */
const mostOvertime = 3_600_000;
const pairsPerTab = 2;
const tabCount = long ? 3 : 2;

/** A golden model runs everywhere; the models of full size where an emulated GPU does not slow them down. */
const allPairs: readonly Pair[] = (Object.keys(models) as ModelName[]).flatMap((model) =>
  backendNames
    .filter((backend) => backend === 'wasm' || (long && 'fixture' in models[model].from))
    .map((backend) => ({ model, backend })),
);

const random = seededRandom(seed);
const pick = <T>(list: readonly T[]): T => list[random.integer(0, list.length)] as T;

let browser: Browser;
let context: BrowserContext;
/** The same page, isolated and not. */
let servers: readonly StaticServer[];
let serial: Tab;

beforeAll(async () => {
  const mounts = {
    ...scriptMounts,
    '/fixtures/': path.join(import.meta.dirname, '../../testing/fixtures'),
    '/soak/': await bundleSoak(),
  };
  const page =
    '<!doctype html><html lang="en"><title>Soak</title><script src="/albert/albert.js"></script><script type="module" src="/soak/index.js"></script>';
  servers = await Promise.all(
    [isolationHeaders, {}].map((headers) => startStaticServer({ mounts, pages: { '/': page }, headers })),
  );
  browser = await launchChromium();
  context = await browser.newContext();
  // A busy machine may take long to open a tab; what never opens ends the test by its own limit.
  context.setDefaultTimeout(0);
  serial = await openTab(1);
});
afterAll(async () => {
  await browser.close();
  await Promise.all(servers.map((server) => server.close()));
});

/** @param place tabs are isolated and not by turns */
const openTab = (place: number): Promise<Tab> => Tab.open(browser, context, servers[place % 2]?.url ?? '');

const known = new Map<string, Promise<KnownPair>>();

/** A pair with its serial answers, which are asked for once. */
function knownPair(pair: Pair): Promise<KnownPair> {
  const name = nameOf(pair);
  const found = known.get(name) ?? answerSerially(pair);
  known.set(name, found);
  return found;
}

async function answerSerially(pair: Pair): Promise<KnownPair> {
  return { ...pair, answers: await serial.serialAnswers(pair) };
}

/** Of a hundred tabs, 15 are throttled, 15 frozen and 10 killed in mid-round. */
function drawCircumstance(): Circumstance {
  const drawn = random.uniform();
  if (!long || drawn < 0.6) return 'none';
  return circumstances[drawn < 0.75 ? 1 : drawn < 0.9 ? 2 : 3];
}

it(`answers as alone for ${minutes} minutes`, { timeout: minutes * 60_000 + mostOvertime }, async () => {
  const tabs = await Promise.all(Array.from({ length: tabCount }, (_, place) => openTab(place)));
  const losses = await serial.trainingLosses();
  const tally = new Tally();
  const started = performance.now();
  const soFar = (): SoakReport => {
    const minutes = Math.round((performance.now() - started) / 6000) / 10;
    return tally.report({ minutes, seed, browser: browser.version() });
  };
  do {
    const plans = [];
    for (const [place, tab] of tabs.entries()) {
      const pairs: KnownPair[] = [];
      while (pairs.length < pairsPerTab) pairs.push(await knownPair(pick(allPairs)));
      const trains = random.uniform() < 0.4;
      plans.push({ place, tab, pairs, losses: trains ? losses : undefined, circumstance: drawCircumstance() });
    }
    const rounds = plans.map(async ({ place, tab, pairs, losses, circumstance }) => {
      const options = { seed: random.integer(0, 2 ** 31), milliseconds: roundMilliseconds, pairs, losses };
      const report = await tab.run(options, circumstance);
      tally.add(circumstance, pairs.map(nameOf), report);
      if (!report) tabs[place] = await openTab(place);
    });
    await Promise.all(rounds);
    const held = await Promise.all(tabs.map(async (tab) => [await tab.workersLeft(), await tab.heapBytes()] as const));
    tally.rest({
      workers: Math.max(...held.map(([workers]) => workers)),
      heap: Math.max(...held.map(([, heap]) => heap)),
      resident: await residentBytes(browser),
    });
    await tell(soFar());
  } while (performance.now() - started < minutes * 60_000);
  const { faults, outcomes, memory } = soFar();
  expect([...faults, ...growing(memory)]).toEqual([]);
  expect(outcomes['answered']).toBeGreaterThan(10);
});

/** Each round is told, and kept: a soak that is ended early has its record too. */
async function tell(report: SoakReport): Promise<void> {
  if (output) await writeFile(output, `${JSON.stringify(report, null, 2)}\n`);
  if (!long) return;
  const { rounds, calls, loads, trainings, faults, memory } = report;
  const { heap, resident = 0, workers } = memory.at(-1) ?? { heap: 0, workers: 0 };
  const mebibytes = [heap, resident].map((bytes) => Math.round(bytes / 2 ** 20)).join(' / ');
  console.log(
    `round ${rounds}: ${calls} calls, ${loads} loads, ${trainings} trainings, ${workers} workers left, ${mebibytes} MiB of heap / in all, ${faults.length} faults`,
  );
}
