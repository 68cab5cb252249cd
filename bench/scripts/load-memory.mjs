/**
 * Measures the memory that loading takes, in each browser or in those named:
 * `node bench/scripts/load-memory.mjs > bench/results/load-memory.json`, after `npm run build`, as root on Linux. It loads two q8 models
 * with the drop-in script, each in a fresh browser, and reads the peak of the process that runs the page. The peak of the small model
 * covers what loading takes for every model, so the difference between the two is due to the weights.
 *
 * All resident memory of that process counts, including memory that is shared, or freed but not returned. The browser's other processes
 * do not count: they only pass the files on, and a tab is not killed because of them.
 *
 * WebKit loads the models as on a phone: in a process limited to 1 GiB, without shared memory. The process is then stopped for ten
 * seconds, and must give the same answer afterwards.
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

/** How to find the process that runs pages: in WebKit and Firefox by its name, of which the kernel keeps 15 characters. */
const browsers = {
  chromium: { start: startQuietChromium, runsPages: (id) => readProcess(id, 'cmdline').includes('--type=renderer') },
  firefox: {
    start: () => startEngine('firefox'),
    runsPages: (id) => readProcess(id, 'comm') === 'Isolated Web Co\n',
  },
  webkit: { start: () => startEngine('webkit'), runsPages: (id) => readProcess(id, 'comm') === 'WebKitWebProces\n' },
};

/** Limits the memory that a process takes from now on to `bytes`. @returns a function that removes the group once the process has ended */
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

/** Loads a model in a fresh browser. @param weights bytes of the model's weights */
async function measureLoad(name, url, model, weights) {
  const browser = await browsers[name].start();
  let removeGroup;
  try {
    await browser.goto(url);
    // The newest process: older ones belong to the browser itself.
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
