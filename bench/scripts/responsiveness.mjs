/**
 * Measures how soon the built pages respond, and whether they stay responsive while they work, in milliseconds:
 *
 *   node bench/scripts/responsiveness.mjs [FILE]
 *
 * Prints a table, and writes FILE if one is given. The machine must be idle otherwise: `load` in the file shows whether it was.
 *
 * A blank page is measured too, because no page can be painted sooner.
 */
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { withSources } from '@albert-web/build-tools';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { isolationHeaders, startStaticServer } from '@albert-web/browser/static-server';

const { median } = await withSources((load) => load('bench/src/measure/statistics.ts'));
const root = path.join(import.meta.dirname, '../..');
const listLines = 2000;
const typed = ' It was raining the whole night.';
/** Milliseconds until a new window of Chromium has loaded the browser's own parts, which would compete with the page. */
const settling = 2000;
const headers = { ...isolationHeaders, 'Cache-Control': 'no-cache' };

const [file] = process.argv.slice(2);
const [load] = loadavg();
const browser = await launchChromium();
const milliseconds = {
  ...(await onBlankPage()),
  ...(await onPage('apps/demo/dist', measureVisits)),
  ...(await onPage('apps/demo/dist', measureTyping)),
  ...(await onPage('bench/dist', measureBench)),
};
const browserVersion = browser.version();
await browser.close();

console.table(milliseconds);
if (file) {
  const [{ model }] = cpus();
  const record = {
    command: 'node bench/scripts/responsiveness.mjs',
    date: new Date().toISOString(),
    cpu: model.trim(),
    cores: cpus().length,
    load: Number(load.toFixed(2)),
    browser: `Chromium ${browserVersion}`,
    milliseconds,
  };
  await writeFile(file, `${JSON.stringify(record, undefined, 1)}\n`);
}

/** Serves a built folder, and measures it. */
async function onPage(folder, measure) {
  const server = await startStaticServer({
    mounts: { '/': path.join(root, folder) },
    headers,
  });
  return onServer(server, measure);
}

/** Measures a page without content, style or script. */
async function onBlankPage() {
  const page = '<!doctype html><html lang="en"><title>Blank</title><p>Blank</p></html>';
  const server = await startStaticServer({ pages: { '/': page }, headers });
  return onServer(server, async (context, url) => {
    const page = await newWindow(context);
    await page.goto(url);
    await page.waitForFunction(() => globalThis.record.paint !== undefined);
    return { 'blank page: first paint': await page.evaluate(() => globalThis.record.paint) };
  });
}

/** Measures the pages of a server in a fresh browser profile. */
async function onServer(server, measure) {
  const context = await browser.newContext();
  try {
    context.setDefaultTimeout(300_000);
    await context.addInitScript(record);
    const measured = await measure(context, `${server.url}/`);
    return Object.fromEntries(Object.entries(measured).map(([name, value]) => [name, Math.round(value)]));
  } finally {
    await context.close();
    await server.close();
  }
}

/** Measures two visits; the second one finds what the first one has cached. */
async function measureVisits(context, url) {
  const measured = {};
  for (const visit of ['first visit', 'second visit']) {
    const page = await newWindow(context);
    await page.goto(url);
    await page.waitForFunction(() => globalThis.record.verdict !== undefined);
    await page.waitForLoadState('networkidle');
    const { paint, verdict, longTasks } = await page.evaluate(() => globalThis.record);
    measured[`${visit}: first paint`] = paint;
    measured[`${visit}: first verdict`] = verdict;
    measured[`${visit}: longest task`] = longest(longTasks);
    await page.close();
  }
  return measured;
}

async function newWindow(context) {
  const page = await context.newPage();
  await page.waitForTimeout(settling);
  return page;
}

/** Types into the first tab while the second one ranks a long list. */
async function measureTyping(context, url) {
  const page = await context.newPage();
  await page.goto(url);
  // Wait until the service worker has been installed.
  await page.waitForLoadState('networkidle');
  await page.locator('#tab-rank').click();
  await page.locator('#rank-list').evaluate((list, lines) => {
    list.value = Array.from({ length: lines }, (_, line) => `Sentence number ${line}.`).join('\n');
    list.dispatchEvent(new Event('input', { bubbles: true }));
  }, listLines);
  await page.locator('#rank-run:enabled').click();
  await page.locator('#tab-compare').click();
  await page.evaluate(() => globalThis.record.reset());
  await page.locator('#sentence-a').pressSequentially(typed, { delay: 60 });
  const since = Date.now();
  await page.locator('#verdict[data-answer=fresh]').waitFor();
  const fresh = Date.now() - since;
  const running = await page.locator('#rank-cancel').evaluate(({ hidden }) => !hidden);
  if (!running) throw new Error('The list finished before the typing did: make it longer');
  const { keys, longTasks } = await page.evaluate(() => globalThis.record);
  return {
    // Keys that were painted at once are not recorded.
    'typing beside a list: usual key to paint': keys.length > 0 ? median(keys) : 0,
    'typing beside a list: slowest key to paint': longest(keys),
    'typing beside a list: last key to its verdict': fresh,
    'typing beside a list: longest task': longest(longTasks),
  };
}

/** Measures this computer, then shows the largest of the project's runs. */
async function measureBench(context, url) {
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('#measure:enabled').click();
  await page.waitForFunction(() => document.querySelector('#status').value === 'Done.');
  const measuring = await page.evaluate(() => globalThis.record.longTasks);
  await page.evaluate(() => globalThis.record.reset());
  await page.locator('#details > summary').click();
  await page.locator('#shown').selectOption({ index: 1 });
  await page.locator('#latency svg').first().waitFor();
  await page.locator('#table tbody tr').first().waitFor();
  const showing = await page.evaluate(() => globalThis.record.longTasks);
  return {
    'bench page, measuring: longest task': longest(measuring),
    'bench page, showing a kept run: longest task': longest(showing),
  };
}

/** Returns the longest duration; 0 if none was long enough to be reported. */
function longest(durations) {
  return Math.max(0, ...durations);
}

/** Runs in the page before its own scripts. */
function record() {
  const all = {
    paint: undefined,
    verdict: undefined,
    longTasks: [],
    keys: [],
    reset() {
      all.longTasks = [];
      all.keys = [];
    },
  };
  globalThis.record = all;
  const observe = (type, see, options) =>
    new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ type, buffered: true, ...options });
  observe('paint', ({ startTime }) => (all.paint ??= startTime));
  observe('longtask', ({ duration }) => all.longTasks.push(duration));
  observe('event', ({ name, duration }) => name === 'keydown' && all.keys.push(duration), { durationThreshold: 16 });
  new MutationObserver(() => {
    if (document.querySelector('#verdict:is([data-kind=same], [data-kind=different], [data-kind=unsure])'))
      all.verdict ??= performance.now();
  }).observe(document, { subtree: true, childList: true, attributeFilter: ['data-kind'] });
}
