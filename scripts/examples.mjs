// `npm run examples [name…]`: makes each example from packed packages, as a stranger would, and drives it to a verdict, in
// Chromium or in Node. Bundlers and frameworks are installed by npm into `.cache/examples`, outside the workspace.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright';
import { chromiumFlags, ensureChromium } from './chromium.mjs';
import { packAll } from './pack.mjs';
import { spawnTool } from './spawn-tool.mjs';
import { startStaticServer } from './static-server.mjs';

const root = path.join(import.meta.dirname, '..');
const cache = path.join(root, '.cache/examples');
/** How each page is reached once it is made. */
const examples = {
  node: driveNode,
  html: driveSite,
  offline: driveOffline,
  'service-worker': driveSite,
  extension: driveExtension,
  vite: driveSite,
  webpack: driveSite,
  next: driveSite,
};
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(examples);

const executablePath = ensureChromium();
const packages = packAll();
const { tarball } = packages.find(({ name }) => name === 'albert-web');
/** What `@albert-web/tasks` is made of, and itself. */
const libraries = packages.filter(({ name }) =>
  /\/(?:errors|core|tokenizer|checkpoints|kernels|backends|tasks)$/u.test(name),
);
for (const name of chosen) {
  const started = Date.now();
  const site = make(name);
  await examples[name](site);
  console.log(`${name.padEnd(16)} The same, in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** The example's folder with the packages and the weights in their place, built if it has a build. @returns what to serve. */
function make(name) {
  const folder = path.join(cache, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(root, 'examples', name), folder, { recursive: true });
  const built = existsSync(path.join(folder, 'package.json'));
  if (!built) {
    execFileSync('tar', ['--extract', '--gzip', '--file', tarball, '--directory', folder]);
    placeScript(path.join(folder, 'package/dist'), folder);
    return folder;
  }
  const tarballs = name === 'node' ? libraries.map((library) => library.tarball) : [tarball];
  npm(folder, 'install', '--no-audit', '--no-fund', '--silent', ...tarballs.map((file) => `file:${file}`));
  if (name !== 'node') placeScript(path.join(folder, 'node_modules/albert-web/dist'), path.join(folder, 'public'));
  npm(folder, 'run', 'build', '--silent');
  return path.join(folder, 'dist');
}

function npm(folder, ...args) {
  const { status, error } = spawnTool('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw error ?? new Error(`npm ${args[0]} ended with ${status} in ${folder}`);
}

/** What every site does: the package's `dist` and a model, served beside each other. */
function placeScript(dist, site) {
  cpSync(dist, path.join(site, 'albert'), { recursive: true });
  const model = path.join(root, 'weights/default');
  const files = readdirSync(model, { withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { name } of files) cpSync(path.join(model, name), path.join(site, 'albert/weights/default', name));
}

/** Types are checked by `npm run build`, by both ways of finding them. */
function driveNode(built) {
  const model = path.join(root, 'weights/default');
  const text = execFileSync(process.execPath, [path.join(built, 'main.js'), model], { encoding: 'utf8' });
  if (!text.startsWith('The same')) throw new Error(`node says: ${text}`);
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

/** @throws Error with what the page says instead. */
async function expectVerdict(page) {
  const verdict = page.locator('#verdict').filter({ hasNotText: 'Loading' });
  const text = await verdict.innerText({ timeout: 120_000 });
  if (!text.startsWith('The same')) throw new Error(`${page.url()} says: ${text}`);
}
