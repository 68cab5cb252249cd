// Makes folders for the examples, with the packages installed.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

/** Copies an example: installed if it has a manifest, else with the script's files beside its pages. @returns the new folder */
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

/** Unpacks a package's files, as they are on a registry or a CDN. */
export function unpack({ tarball }, folder) {
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['--extract', '--gzip', '--strip-components=1', '--file', tarball, '--directory', folder]);
}

/** Runs npm. The registry runs in this process, so nothing here may block. @throws Error if npm fails */
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
