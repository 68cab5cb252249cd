/**
 * The memory that a load takes in each browser, or in those named: `node bench/scripts/load-memory.mjs > bench/results/load-memory.json`,
 * after `npm run build`, as root on Linux. Loads two q8 models with the drop-in script, each in a fresh browser, and reads the peak of the
 * process that runs the page. What every load takes, whatever its model, is in the peak of the small one: the difference is the
 * weights' part.
 *
 * All resident memory of that process counts, also what is shared or freed but not returned. The browser's other processes do not:
 * they pass the files on, and the tab is not ended for them.
 *
 * WebKit loads them as on a phone: in a process that may take 1 GiB, without shared memory, and which is stopped for ten seconds
 * afterwards and must answer the same.
 */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEngine } from '@albert-web/browser/engines';
import { startStaticServer } from '@albert-web/browser/static-server';
import { descendants, forgetPeak, memoryOf, readProcess } from './process-memory.mjs';
import { startQuietChromium } from './quiet-chromium.mjs';
import { weightBytes, writeRandomModel } from './random-model.mjs';

const root = path.join(import.meta.dirname, '../..');
const limit = 2 ** 30;
const stopSeconds = 10;

/** The process that runs pages: WebKit's and Firefox's by its name, of which the kernel keeps 15 characters. */
const browsers = {
  chromium: { start: startQuietChromium, runsPages: (id) => readProcess(id, 'cmdline').includes('--type=renderer') },
  firefox: {
    start: () => startEngine('firefox'),
    runsPages: (id) => readProcess(id, 'comm') === 'Isolated Web Co\n',
  },
  webkit: { start: () => startEngine('webkit'), runsPages: (id) => readProcess(id, 'comm') === 'WebKitWebProces\n' },
};

/** What the process takes from here on may be `bytes` at most. @returns removes the group, when the process has ended */
function limitMemory(id, bytes) {
  const version1 = readdirSync('/sys/fs/cgroup').includes('memory');
  const group = path.join('/sys/fs/cgroup', version1 ? 'memory' : '', `albert-web-${id}`);
  mkdirSync(group);
  writeFileSync(path.join(group, version1 ? 'memory.limit_in_bytes' : 'memory.max'), String(bytes));
  writeFileSync(path.join(group, 'cgroup.procs'), String(id));
  return async () => {
    while (readFileSync(path.join(group, 'cgroup.procs'), 'utf8') !== '') await sleep(100);
    rmdirSync(group);
  };
}

/** Loads a model in a browser of its own. @param weights bytes of the model's weights */
async function measureLoad(name, url, model, weights) {
  const browser = await browsers[name].start();
  let removeGroup;
  try {
    await browser.goto(url);
    // The newest: older ones belong to the browser.
    const id = descendants().filter(browsers[name].runsPages).at(-1);
    const page = memoryOf(id, 'VmRSS');
    if (name === 'webkit') removeGroup = limitMemory(id, limit - page);
    forgetPeak(id);
    const classes = () =>
      browser.evaluate(async (folder) => {
        const options = { cache: false, backend: 'wasm', probeTimeout: 60_000 };
        globalThis.model ??= await globalThis.albert.load(folder, options);
        const [best] = await globalThis.model.classify('It rained all night.');
        return JSON.stringify(best);
      }, model);
    const first = await classes();
    const added = memoryOf(id, 'VmHWM') - page;
    if (added < weights) throw new Error(`Process ${id} of ${name} has not loaded the model`);
    if (name !== 'webkit') return { version: browser.version, page, added };
    process.kill(id, 'SIGSTOP');
    await sleep(1000 * stopSeconds);
    process.kill(id, 'SIGCONT');
    return { version: browser.version, page, added, sameAfterStop: (await classes()) === first };
  } finally {
    await browser.close();
    await removeGroup?.();
  }
}

const folder = await mkdtemp(path.join(tmpdir(), 'albert-load-'));
try {
  const weights = {};
  for (const shape of ['mini', 'xlarge']) {
    await writeRandomModel(path.join(folder, shape), shape, 'q8');
    weights[shape] = await weightBytes(path.join(folder, shape));
  }
  await writeFile(path.join(folder, 'index.html'), '<!doctype html><script src="/script/albert.js"></script>');
  const server = await startStaticServer({
    mounts: { '/': folder, '/script/': path.join(root, 'packages/albert-web/dist') },
  });
  const measured = [];
  const names = process.argv.slice(2);
  for (const name of names.length > 0 ? names : Object.keys(browsers)) {
    const mini = await measureLoad(name, server.url, '/mini/', weights.mini);
    const xlarge = await measureLoad(name, server.url, '/xlarge/', weights.xlarge);
    measured.push({
      browser: mini.version,
      pageBytes: xlarge.page,
      addedByMini: mini.added,
      addedByXlarge: xlarge.added,
      peakOverWeights: (xlarge.added - mini.added) / (weights.xlarge - weights.mini),
      ...(name === 'webkit' && { limitBytes: limit, sameAfterStop: mini.sameAfterStop && xlarge.sameAfterStop }),
    });
  }
  console.log(JSON.stringify({ precision: 'q8', weightBytes: weights, browsers: measured }, null, 2));
  await server.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}
