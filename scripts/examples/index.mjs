// `npm run examples [name…]`: makes each example from the packed packages, as a user would, and runs it until it shows a verdict
// in Chromium, Node, Bun or Deno. npm installs each into `.cache/examples`, outside the workspace, from a registry on this machine
// that has our packages. The existing build is packed. The results are written to `examples/results.md`.
import path from 'node:path';
import { packAll } from '../pack.mjs';
import { driveBundled } from './bundlers.mjs';
import { driveCdn } from './cdn.mjs';
import { expectedProbability, sameVerdict, trainedVerdict } from './expected.mjs';
import { makeProject } from './projects.mjs';
import { driveExtension, driveOffline, drivePlain, driveSite } from './pages.mjs';
import { recordResults } from './record.mjs';
import { startRegistry } from './registry.mjs';
import { driveRuntimes } from './runtimes.mjs';

const root = path.join(import.meta.dirname, '../..');
/** The function that drives each example. It returns a row for each thing that it ran. */
const examples = {
  vite: driveBundled,
  react: driveBundled,
  webpack: driveBundled,
  next: driveBundled,
  sveltekit: driveBundled,
  parcel: driveBundled,
  rollup: driveBundled,
  esbuild: driveBundled,
  bun: driveBundled,
  training: (project) => driveBundled({ ...project, expected: trainedVerdict }),
  cdn: driveCdn,
  html: drivePlain,
  offline: driveOffline,
  'service-worker': driveSite,
  extension: driveExtension,
  node: driveRuntimes,
};
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(examples);

const failed = [];
const packages = packAll();
const registry = await startRegistry(packages);
try {
  const expected = sameVerdict(expectedProbability());
  for (const name of chosen) {
    const started = Date.now();
    try {
      await tryExample(name, expected);
    } catch (error) {
      console.error(error);
      failed.push(name);
    }
    console.log(`${name} took ${((Date.now() - started) / 1000).toFixed(0)} s`);
  }
} finally {
  await registry.close();
}
if (failed.length > 0) console.error(`Failed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);

async function tryExample(name, expected) {
  const folder = await makeProject({ name, root, packages, registry: registry.url });
  const rows = await examples[name]({ name, root, folder, packages, registry: registry.url, expected });
  await recordResults(path.join(root, 'examples/results.md'), name, rows);
  for (const row of rows) console.log([name, ...Object.values(row)].map((cell) => String(cell).padEnd(14)).join(' '));
}
