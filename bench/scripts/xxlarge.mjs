/**
 * Measures ALBERT-xxlarge with random 4-bit weights in a page of Chromium, on one thread: the memory of the page's process above that
 * of an empty page, and the time of a call with 16 tokens. `node bench/scripts/xxlarge.mjs [FOLDER [FORMAT]]`, after `npm run build`,
 * on Linux.
 *
 * `keptBytes` is the memory after the calls, `collectedBytes` the memory after a garbage collection too.
 *
 * The model is written to FOLDER once, by default in the system's temporary folder, which takes a few minutes and 3 GB of memory.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { startStaticServer } from '@albert-web/browser/static-server';
import { cpuSeconds, forgetPeak, memoryOf } from './process-memory.mjs';
import { weightBytes, writeRandomModel } from './random-model.mjs';

const root = path.join(import.meta.dirname, '../..');
const format = process.argv[3] ?? 'q4';
const folder = process.argv[2] ?? path.join(tmpdir(), `albert-xxlarge-${format}`);
/** Sixteen tokens with [CLS] and [SEP]. */
const text = 'It rained all night, and the river rose by two feet.';
const calls = 7;

/** Returns the ids of the processes that run pages: that of the only page, and one or two that Chromium keeps in reserve. */
async function renderers(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

if (!existsSync(path.join(folder, 'config.json'))) await writeRandomModel(folder, 'xxlarge', format);
const pages = await mkdtemp(path.join(tmpdir(), 'albert-page-'));
await writeFile(path.join(pages, 'index.html'), '<!doctype html><script src="/script/albert.js"></script>');
const server = await startStaticServer({
  mounts: { '/': pages, '/model/': folder, '/script/': path.join(root, 'packages/albert-web/dist') },
});
const browser = await launchChromium(['--js-flags=--expose-gc']);
try {
  const page = await browser.newPage();
  await page.goto(server.url);
  const before = new Map((await renderers(browser)).map((id) => [id, memoryOf(id, 'VmRSS')]));
  for (const id of before.keys()) forgetPeak(id);
  const { info, tokens } = await page.evaluate(async (text) => {
    globalThis.model = await globalThis.albert.load('/model/', { backend: 'wasm', threads: 1, cache: false });
    const { precision, backend, threads, memoryBytes } = await globalThis.model.info();
    return {
      info: { precision, backend, threads, memoryBytes },
      tokens: (await globalThis.model.tokenizer.encode(text)).ids.length,
    };
  }, text);
  const growth = (id) => memoryOf(id, 'VmRSS') - before.get(id);
  const [pid] = [...before.keys()].toSorted((a, b) => growth(b) - growth(a));
  const times = [];
  for (let call = 0; call < calls; call++) {
    const computed = cpuSeconds(pid);
    const seconds = await page.evaluate(async (text) => {
      const started = performance.now();
      await globalThis.model.classify(text);
      return (performance.now() - started) / 1000;
    }, text);
    times.push({ seconds, cpuSeconds: cpuSeconds(pid) - computed });
  }
  const keptBytes = growth(pid);
  for (const thread of [page, ...page.workers()]) await thread.evaluate(() => globalThis.gc());
  await sleep(2000);
  const [, ...warm] = times;
  const report = {
    browser: `Chromium ${browser.version()}`,
    shape: `xxlarge in ${format}`,
    ...info,
    tokens,
    weightBytes: await weightBytes(folder),
    emptyPageBytes: before.get(pid),
    peakBytes: memoryOf(pid, 'VmHWM') - before.get(pid),
    keptBytes,
    collectedBytes: growth(pid),
    callSeconds: Math.min(...warm.map(({ seconds }) => seconds)),
    callCpuSeconds: Math.min(...warm.map(({ cpuSeconds }) => cpuSeconds)),
  };
  console.log(JSON.stringify(report, null, 2));
} finally {
  await browser.close();
  await server.close();
  await rm(pages, { recursive: true, force: true });
}
