/**
 * The soak test: tabs load, call, abort, dispose and train models in random order, side by side, isolated and not, while they are
 * throttled, frozen or killed. Every answer is compared with the answer of the same model when nothing else runs. Unnamed errors,
 * leftover workers and growing memory are faults. `npm run soak -- --minutes 10` runs longer.
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

/** Set by `scripts/soak.mjs`. `npm test` runs one round. */
const minutes = Number(process.env['SOAK_MINUTES'] ?? 0.1);
const seed = Number(process.env['SOAK_SEED'] ?? 1);
const output = process.env['SOAK_OUTPUT'];
const long = minutes >= 1;

const roundMilliseconds = long ? 20_000 : 6000;
/** Milliseconds that the last round and the loads of all models may take on top. Hangs are detected long before. */
const mostOvertime = 3_600_000;
const pairsPerTab = 2;
const tabCount = long ? 3 : 2;

/** The golden models run on every backend; full-size models only on backends that an emulated GPU does not slow down. */
const allPairs: readonly Pair[] = (Object.keys(models) as ModelName[]).flatMap((model) =>
  backendNames
    .filter((backend) => backend === 'wasm' || (long && 'fixture' in models[model].from))
    .map((backend) => ({ model, backend })),
);

const random = seededRandom(seed);
const pick = <T>(list: readonly T[]): T => list[random.integer(0, list.length)] as T;

let browser: Browser;
let context: BrowserContext;
/** Servers of the same page, with and without cross-origin isolation. */
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
  // A busy machine may take long to open a tab. The test's own limit covers tabs that never open.
  context.setDefaultTimeout(0);
  serial = await openTab(1);
});
afterAll(async () => {
  await browser.close();
  await Promise.all(servers.map((server) => server.close()));
});

/** Opens a tab. @param place index of the tab; every other one is isolated */
const openTab = (place: number): Promise<Tab> => Tab.open(browser, context, servers[place % 2]?.url ?? '');

const known = new Map<string, Promise<KnownPair>>();

/** Returns a pair with its serial answers, which are computed once. */
function knownPair(pair: Pair): Promise<KnownPair> {
  const name = nameOf(pair);
  const found = known.get(name) ?? answerSerially(pair);
  known.set(name, found);
  return found;
}

async function answerSerially(pair: Pair): Promise<KnownPair> {
  return { ...pair, answers: await serial.serialAnswers(pair) };
}

/** Draws what happens to a tab in the middle of a round: 15 % are throttled, 15 % frozen and 10 % killed. */
function drawCircumstance(): Circumstance {
  const drawn = random.uniform();
  if (!long || drawn < 0.6) return 'none';
  return circumstances[drawn < 0.75 ? 1 : drawn < 0.9 ? 2 : 3];
}

it(`gives the serial answers for ${minutes} minutes`, { timeout: minutes * 60_000 + mostOvertime }, async () => {
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

/** Prints and saves the report after each round, so that a soak that is stopped early has its record too. */
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
