// Folders of examples, with the packages in their place.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

/** A fresh copy of an example: installed where it has a manifest, else with the script's files beside its pages. @returns its folder. */
export async function makeProject({ name, root, packages, registry }) {
  const folder = path.join(root, '.cache/examples', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(root, 'examples', name), folder, { recursive: true });
  if (existsSync(path.join(folder, 'package.json'))) {
    await npm(folder, 'install', '--no-audit', '--no-fund', '--silent', '--registry', registry);
    return folder;
  }
  for (const each of packages) unpack(each, path.join(folder, 'node_modules', each.name));
  cpSync(path.join(folder, 'node_modules/albert-web/dist'), path.join(folder, 'albert'), { recursive: true });
  cpSync(
    path.join(folder, 'node_modules/@albert-web/model-default/dist'),
    path.join(folder, 'albert/weights/default'),
    { recursive: true },
  );
  return folder;
}

/** A package's files, as a registry or a CDN has them. */
export function unpack({ tarball }, folder) {
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['--extract', '--gzip', '--strip-components=1', '--file', tarball, '--directory', folder]);
}

/** The registry answers from this process, so nothing here may block it. @throws Error when npm fails. */
export async function npm(folder, ...args) {
  const child = spawn('npm', args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${status} in ${folder}: ${said}`);
}
