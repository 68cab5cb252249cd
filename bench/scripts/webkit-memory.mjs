/**
 * WebKit as on a phone: a content process that may take 1 GiB, no shared memory, and a stop in the background. Loads the xlarge shape
 * in q8 with the drop-in script, and prints the process's peak as a multiple of the weights, and whether it answers the same after
 * having been stopped: `node bench/scripts/webkit-memory.mjs`, after `npm run build`, as root on Linux, with WebKitGTK.
 */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEngine } from '@albert-web/browser/engines';
import { startStaticServer } from '@albert-web/browser/static-server';
import { withSources } from '@albert-web/build-tools';

const root = path.join(import.meta.dirname, '../..');
const limit = 2 ** 30;
const stopSeconds = 10;

/** @returns the bytes of the weights */
async function writeModel(folder) {
  return withSources(async (load) => {
    const { quantizeCheckpoint, writeShardedCheckpoint } = await load('packages/checkpoints/src/index.ts');
    const { randomCheckpoint } = await load('bench/src/model/random-model.ts');
    const { configOf } = await load('bench/src/model/shapes.ts');
    const config = configOf('xlarge');
    const files = await writeShardedCheckpoint(quantizeCheckpoint(randomCheckpoint(config), 'q8').checkpoint);
    await mkdir(folder);
    for (const { path: name, bytes } of files) await writeFile(path.join(folder, name), bytes);
    await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
    for (const name of ['spiece.model', 'tokenizer_config.json']) {
      await copyFile(path.join(root, 'weights/default', name), path.join(folder, name));
    }
    return files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  });
}

/** The process that runs pages. The kernel cuts its name to 15 characters. */
function contentProcessId() {
  const ids = readdirSync('/proc').filter((id) => /^\d+$/u.test(id) && nameOf(id) === 'WebKitWebProces');
  if (ids.length !== 1) throw new Error(`expected one content process of WebKit, found ${ids.length}`);
  return Number(ids[0]);
}

function nameOf(id) {
  try {
    return readFileSync(`/proc/${id}/comm`, 'utf8').trim();
  } catch {
    return undefined; // ended since
  }
}

/** VmRSS or VmHWM, the highest VmRSS so far, in bytes. */
function memoryOf(pid, field) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'mu').exec(status)?.[1]);
}

/** What the process takes from here on may be `bytes` at most. @returns removes the group, when the process has ended */
function limitMemory(pid, bytes) {
  const version1 = readdirSync('/sys/fs/cgroup').includes('memory');
  const group = path.join('/sys/fs/cgroup', version1 ? 'memory' : '', `albert-web-${pid}`);
  mkdirSync(group);
  writeFileSync(path.join(group, version1 ? 'memory.limit_in_bytes' : 'memory.max'), String(bytes));
  writeFileSync(path.join(group, 'cgroup.procs'), String(pid));
  return async () => {
    while (readFileSync(path.join(group, 'cgroup.procs'), 'utf8') !== '') await sleep(100);
    rmdirSync(group);
  };
}

const folder = await mkdtemp(path.join(tmpdir(), 'albert-webkit-'));
let removeGroup;
try {
  const weights = await writeModel(path.join(folder, 'model'));
  await writeFile(path.join(folder, 'index.html'), '<!doctype html><script src="/script/albert.js"></script>');
  const server = await startStaticServer({
    mounts: { '/': folder, '/script/': path.join(root, 'packages/albert-web/dist') },
  });
  const browser = await startEngine('webkit');
  try {
    await browser.goto(server.url);
    const pid = contentProcessId();
    const before = memoryOf(pid, 'VmRSS');
    removeGroup = limitMemory(pid, limit - before);
    writeFileSync(`/proc/${pid}/clear_refs`, '5'); // VmHWM starts anew
    const classes = () =>
      browser.evaluate(async () => {
        globalThis.model ??= await globalThis.albert.load('/model/', { cache: false });
        const [best] = await globalThis.model.classify('It rained all night.');
        return JSON.stringify(best);
      });
    const first = await classes();
    const peak = memoryOf(pid, 'VmHWM');
    process.kill(pid, 'SIGSTOP');
    await sleep(1000 * stopSeconds);
    process.kill(pid, 'SIGCONT');
    const again = await classes();
    console.log(
      JSON.stringify(
        {
          browser: browser.version,
          shape: 'xlarge in q8',
          weightBytes: weights,
          pageBytes: before,
          peakBytes: peak,
          peakOverWeights: (peak - before) / weights,
          limitBytes: limit,
          sameAfterStop: first === again,
        },
        null,
        2,
      ),
    );
  } finally {
    await browser.close();
    await server.close();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
  await removeGroup?.();
}
