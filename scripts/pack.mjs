// Packs every package as it would be published, into `.cache/packed/<name>.tgz`. The existing build is packed.
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isMain } from './is-main.mjs';
import { spawnPnpm } from './pnpm.mjs';

const root = path.join(import.meta.dirname, '..');
const folder = path.join(root, '.cache/packed');

/** Returns `{ name, folder, tarball }` of every published package. */
export function publishedPackages() {
  return readdirSync(path.join(root, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(root, 'packages', name))
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) }))
    .filter((manifest) => !manifest.private)
    .map((manifest) => ({ ...manifest, tarball: tarballOf(manifest.name) }));
}

/** Packs the published packages. @returns the same as `publishedPackages` */
export function packAll() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const packages = publishedPackages();
  for (const { name, version, tarball } of packages) {
    const args = ['--filter', name, 'pack', '--pack-destination', folder];
    const { status, stdout, stderr } = spawnPnpm(args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`pnpm pack ${name} ended with ${status}: ${stdout}${stderr}`);
    renameSync(path.join(folder, `${baseName(name)}-${version}.tgz`), tarball);
  }
  return packages;
}

function tarballOf(name) {
  return path.join(folder, `${baseName(name)}.tgz`);
}

function baseName(name) {
  return name.replace('@', '').replace('/', '-');
}

if (isMain(import.meta.filename)) {
  for (const { name, tarball } of packAll()) console.log(`${name.padEnd(24)} ${path.relative(root, tarball)}`);
}
