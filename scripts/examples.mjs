// `npm run examples [name…]`: makes each example from the packed package, as a stranger would, and drives it to a verdict, in
// Chromium or in Node. Bundlers and frameworks are installed by npm into `.cache/examples`, outside the workspace.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { chromium } from 'playwright';
import { chromiumFlags } from '@albert-web/browser/chromium';
import { ensureChromium } from './ensure-chromium.mjs';
import { packAll } from './pack.mjs';
import { spawnTool } from './spawn-tool.mjs';
import { isolationHeaders, startStaticServer } from '@albert-web/browser/static-server';

const root = path.join(import.meta.dirname, '..');
const cache = path.join(root, '.cache/examples');
/** How each example is tried once it is made. */
const examples = {
  node: driveNode,
  html: driveSite,
  offline: driveOffline,
  'service-worker': driveSite,
  extension: driveExtension,
  vite: driveBundled,
  webpack: driveBundled,
  esbuild: driveBundled,
  rollup: driveBundled,
  react: driveBundled,
  next: driveBundled,
};
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(examples);

const executablePath = ensureChromium();
const { tarball } = packAll().find(({ name }) => name === 'albert-web');
for (const name of chosen) {
  const started = Date.now();
  const site = await make(name);
  await examples[name](site);
  console.log(`${name.padEnd(16)} The same, in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** The example's folder with the package and the weights in their place, built if it has a build. @returns what to serve. */
async function make(name) {
  const folder = path.join(cache, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(root, 'examples', name), folder, { recursive: true });
  if (!existsSync(path.join(folder, 'package.json'))) {
    execFileSync('tar', ['--extract', '--gzip', '--file', tarball, '--directory', folder]);
    cpSync(path.join(folder, 'package/dist'), path.join(folder, 'albert'), { recursive: true });
    placeModel(path.join(folder, 'albert/weights/default'));
    return folder;
  }
  npm(folder, 'install', '--no-audit', '--no-fund', '--silent', `file:${tarball}`);
  if (name !== 'node') placeModel(path.join(folder, 'public/models/default'));
  npm(folder, 'run', 'build', '--silent');
  return folder;
}

function npm(folder, ...args) {
  const { status, error } = spawnTool('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw error ?? new Error(`npm ${args[0]} ended with ${status} in ${folder}`);
}

function placeModel(folder) {
  const model = path.join(root, 'weights/default');
  const files = readdirSync(model, { withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { name } of files) cpSync(path.join(model, name), path.join(folder, name));
}

/** Types are checked by `npm run build`, by both ways of finding them. */
function driveNode(folder) {
  const model = path.join(root, 'weights/default');
  const text = execFileSync(process.execPath, [path.join(folder, 'dist/main.js'), model], { encoding: 'utf8' });
  if (!text.startsWith('The same')) throw new Error(`node says: ${text}`);
}

/** What a bundler built, and where it has one its server for development: at the root and at a deep route. */
async function driveBundled(folder) {
  const dist = path.join(folder, 'dist');
  const deepPage = ['products/3.html', 'index.html'].map((file) => path.join(dist, file)).find(existsSync);
  const server = await startStaticServer({
    mounts: { '/': dist },
    pages: { '/products/3': readFileSync(deepPage, 'utf8') },
    headers: isolationHeaders,
  });
  try {
    await expectOnWasm(server.url);
  } finally {
    await server.close();
  }
  const { scripts } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  if (!scripts.dev) return;
  const dev = await startDevServer(folder);
  try {
    await expectOnWasm(dev.url);
  } finally {
    dev.close();
  }
}

/** Both routes give the verdict on WebAssembly, without an error in the console and without a file that is missing. */
async function expectOnWasm(url) {
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  try {
    for (const route of ['/', '/products/3']) {
      const page = await browser.newPage();
      const faults = [];
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
      page.on('pageerror', (error) => faults.push(String(error)));
      page.on('response', (response) => {
        if (response.status() >= 400 && isOurs(response.url())) faults.push(`${response.status()} ${response.url()}`);
      });
      await page.goto(url + route);
      const text = await expectVerdict(page);
      if (!text.endsWith('on wasm')) faults.push(text);
      const unexpected = faults.filter((fault) => !fault.startsWith('Failed to load resource'));
      if (unexpected.length > 0) throw new Error(`${url}${route}: ${unexpected.join('\n')}`);
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

/** The browser asks for an icon, and `load` for files that a model may leave out. */
function isOurs(url) {
  return !/\/favicon\.ico$|\/models\//u.test(url);
}

/** `npm run dev`, by the address that it prints. */
async function startDevServer(folder) {
  const child = spawn('npm', ['run', 'dev'], { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  // npm and what it started.
  const close = () => process.kill(-Number(child.pid));
  const url = await new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (text) => {
      said += stripVTControlCharacters(String(text));
      const [found] = /http:\/\/localhost:\d+/u.exec(said) ?? [];
      if (found) resolve(found);
    });
    child.once('exit', () => reject(new Error(`npm run dev ended in ${folder}: ${said}`)));
  });
  return { url, close };
}

/**
 * The second visit finds the service worker at work and fills its cache; the third is made without a network; the fourth gets
 * what has changed.
 */
async function driveOffline(site) {
  await driveSite(site, async (page) => {
    await page.reload();
    await expectVerdict(page);
    await page.context().setOffline(true);
    await page.reload();
    await expectVerdict(page);
    await page.context().setOffline(false);
    writeFileSync(path.join(site, 'index.html'), '<p>A new version</p>');
    await page.reload();
    await page.getByText('A new version').waitFor();
  });
}

async function driveSite(site, goOn) {
  const server = await startStaticServer({ mounts: { '/': site } });
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}/`);
    await expectVerdict(page);
    await goOn?.(page);
  } finally {
    await browser.close();
    await server.close();
  }
}

async function driveExtension(site) {
  const profile = path.join(cache, 'profile');
  rmSync(profile, { recursive: true, force: true });
  const args = [...chromiumFlags, '--headless=new', `--disable-extensions-except=${site}`, `--load-extension=${site}`];
  const context = await chromium.launchPersistentContext(profile, { executablePath, args, headless: false });
  try {
    const page = await context.newPage();
    await page.goto(`chrome-extension://${extensionId(site)}/page.html`);
    await expectVerdict(page);
  } finally {
    await context.close();
  }
}

/** An unpacked extension is named by its folder: the first 32 hex digits of the path's SHA-256, written with a to p. */
function extensionId(folder) {
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  return Array.from(digest, (digit) => String.fromCharCode(97 + parseInt(digit, 16))).join('');
}

/** @returns what the page says. @throws Error when that is no verdict. */
async function expectVerdict(page) {
  const verdict = page.locator('#verdict').filter({ hasNotText: 'Loading' });
  const text = await verdict.innerText({ timeout: 120_000 });
  if (!text.startsWith('The same')) throw new Error(`${page.url()} says: ${text}`);
  return text;
}
