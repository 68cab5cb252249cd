// How soon the built page answers, and whether it stays responsive while it works:
//   node apps/demo/scripts/responsiveness.mjs
import path from 'node:path';
import { chromiumFlags, findChromium } from '@albert-web/browser/chromium';
import { isolationHeaders, startStaticServer } from '@albert-web/browser/static-server';
import { chromium } from 'playwright';

const listLines = 2000;
const typed = ' It was raining the whole night.';

const { url, stop } = await serveDemo();
const executablePath = findChromium();
const browser = await chromium.launch({ args: chromiumFlags, ...(executablePath && { executablePath }) });
const context = await browser.newContext();
await context.addInitScript(record);

const measured = {};
for (const visit of ['first visit', 'second visit']) {
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => globalThis.record.verdict !== undefined);
  // The second visit finds what the first has put into the cache.
  await page.waitForLoadState('networkidle');
  const { paint, verdict, longTasks } = await page.evaluate(() => globalThis.record);
  measured[`${visit}: first paint, ms`] = paint;
  measured[`${visit}: first verdict, ms`] = verdict;
  measured[`${visit}: longest task, ms`] = Math.max(0, ...longTasks);
  await page.close();
}
Object.assign(measured, await measureTyping(await context.newPage()));
console.table(Object.fromEntries(Object.entries(measured).map(([name, value]) => [name, Math.round(value)])));
await browser.close();
await stop();

/** Types into the first tab while the second ranks a long list. */
async function measureTyping(page) {
  await page.goto(url);
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
  const running = await page.locator('#rank-cancel').isEnabled();
  if (!running) console.error('The list was done before the typing was: the numbers below are of an idle page.');
  const { inputs, longTasks } = await page.evaluate(() => globalThis.record);
  return {
    'typing beside a list: slowest key to paint, ms': Math.max(0, ...inputs),
    'typing beside a list: last key to its verdict, ms': fresh,
    'typing beside a list: longest task, ms': Math.max(0, ...longTasks),
  };
}

/** Runs in the page before its own scripts. */
function record() {
  const all = {
    paint: undefined,
    verdict: undefined,
    longTasks: [],
    inputs: [],
    reset: () => (all.longTasks = all.inputs = []),
  };
  globalThis.record = all;
  const observe = (type, see, options) =>
    new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ type, buffered: true, ...options });
  observe('paint', ({ startTime }) => (all.paint ??= startTime));
  observe('longtask', ({ duration }) => all.longTasks.push(duration));
  observe('event', ({ name, duration }) => name === 'keydown' && all.inputs.push(duration), { durationThreshold: 16 });
  new MutationObserver(() => {
    if (document.querySelector('#verdict:is([data-kind=same], [data-kind=different], [data-kind=unsure])'))
      all.verdict ??= performance.now();
  }).observe(document, { subtree: true, childList: true, attributeFilter: ['data-kind'] });
}

async function serveDemo() {
  const server = await startStaticServer({
    mounts: { '/': path.join(import.meta.dirname, '../dist') },
    headers: { ...isolationHeaders, 'Cache-Control': 'no-cache' },
  });
  return { url: `${server.url}/`, stop: () => server[Symbol.asyncDispose]() };
}
