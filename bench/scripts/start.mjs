/**
 * Times what a new user waits for: node bench/scripts/start.mjs [ROUNDS].
 *
 * From `npm start` to the address it prints (nothing is installed or built twice, so on a fresh clone the first round tells),
 * and, in a fresh profile of Chromium each round, from opening the page to its first paint and to its first verdict.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright';
import { findChromium } from '@albert-web/browser/chromium';

const root = path.join(import.meta.dirname, '../..');
const rounds = Number(process.argv[2] ?? 5);

/** Starts the demo's server in a process group of its own, so that npm's children end with it. */
async function start() {
  const started = performance.now();
  const server = spawn('npm', ['start'], { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const { pid } = server;
  if (pid === undefined) throw new Error('npm could not be started');
  for await (const line of createInterface(server.stdout)) {
    const [, url] = /Demo\s+(http\S+)/u.exec(line) ?? [];
    if (url) return { url, seconds: (performance.now() - started) / 1000, stop: () => process.kill(-pid) };
  }
  const [code] = server.exitCode === null ? await once(server, 'exit') : [server.exitCode];
  throw new Error(`npm start ended with code ${code}`);
}

const verdict = '#verdict[data-kind="same"], #verdict[data-kind="different"]';

/** Runs in the page: notes when the verdict is there. Playwright's own waiting looks twice a second only. */
function watch(verdict) {
  const observer = new MutationObserver(() => {
    if (!document.querySelector(verdict)) return;
    performance.mark('first-verdict');
    observer.disconnect();
  });
  observer.observe(document, { subtree: true, childList: true, attributeFilter: ['data-kind'] });
}

/** Milliseconds since navigation, in a profile without cache. */
async function visit(browser, url) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.addInitScript(watch, verdict);
    await page.goto(url);
    await page.locator(verdict).waitFor();
    return await page.evaluate(() => ({
      firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      firstVerdict: performance.getEntriesByName('first-verdict')[0]?.startTime,
    }));
  } finally {
    await context.close();
  }
}

const { url, seconds, stop } = await start();
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
try {
  console.log(`npm start to its address: ${seconds.toFixed(1)} s`);
  for (let round = 1; round <= rounds; round++) {
    const { firstPaint, firstVerdict } = await visit(browser, url);
    console.log(
      `visit ${round}: first paint ${Math.round(firstPaint)} ms, first verdict ${Math.round(firstVerdict)} ms`,
    );
  }
} finally {
  await browser.close();
  stop();
}
