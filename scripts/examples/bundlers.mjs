// Drives bundlers and frameworks: their builds, and their development server if there is one, at the root and at a deep route.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { isolationHeaders } from '@albert-web/browser/static-server';
import { driveRoutes, withServer } from './drive.mjs';
import { npm } from './projects.mjs';

/** Drives an example. @returns a row for the development server, if there is one, and a row for the build */
export async function driveBundled({ folder, expected }) {
  const { scripts } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const rows = [];
  if (scripts.dev) rows.push(await driveDevelopment(folder, expected));
  rows.push(await driveBuild(folder, expected));
  return rows;
}

async function driveDevelopment(folder, expected) {
  const dev = await startDevServer(folder);
  try {
    return { mode: 'dev', ...(await driveRoutes(dev.url, expected)) };
  } finally {
    dev.close();
  }
}

async function driveBuild(folder, expected) {
  await npm(folder, 'run', 'build', '--silent');
  const dist = path.join(folder, 'dist');
  const deepPage = ['products/3.html', 'index.html'].map((file) => path.join(dist, file)).find(existsSync);
  const site = {
    mounts: { '/': dist },
    pages: { '/products/3': readFileSync(deepPage, 'utf8') },
    headers: isolationHeaders,
  };
  return { mode: 'build', ...(await withServer(site, (url) => driveRoutes(url, expected))) };
}

/** Starts `npm run dev`, and waits for the URL that it prints. */
async function startDevServer(folder) {
  const child = spawn('npm', ['run', 'dev'], { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  // Ends npm and the processes that it started.
  const close = () => process.kill(-Number(child.pid));
  let said = '';
  const url = await new Promise((resolve, reject) => {
    const listen = (text) => {
      said += stripVTControlCharacters(String(text));
      const [found] = /http:\/\/localhost:\d+/u.exec(said) ?? [];
      if (found) resolve(found);
    };
    // webpack's server writes to standard error.
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', () => reject(new Error(`npm run dev ended in ${folder}: ${said}`)));
    setTimeout(() => reject(new Error(`npm run dev names no address in ${folder}: ${said}`)), 120_000).unref();
  }).catch((error) => {
    if (child.exitCode === null) close();
    throw error;
  });
  return { url, close };
}
