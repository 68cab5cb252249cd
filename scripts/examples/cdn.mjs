// Drives a page on one origin with the script and the model on another, in the layout of npm packages on jsdelivr and unpkg.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { isolationHeaders } from '@albert-web/browser/static-server';
import { driveRoutes, withServer } from './drive.mjs';

/** Drives the example. @returns a row for the script and a row for the module */
export async function driveCdn({ folder, packages, expected }) {
  const mounts = packages.map(({ name, version }) => [
    `/npm/${name}@${version}/`,
    path.join(folder, 'node_modules', name),
  ]);
  const headers = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };
  const pages = readdirSync(folder).filter((file) => file.endsWith('.html'));
  return withServer({ mounts: Object.fromEntries(mounts), headers }, async (cdn) => {
    const rows = [];
    for (const file of pages) {
      const page = readFileSync(path.join(folder, file), 'utf8').replaceAll('https://cdn.jsdelivr.net', cdn);
      const site = { pages: { '/': page, '/products/3': page }, headers: isolationHeaders };
      rows.push({ mode: file, ...(await withServer(site, (url) => driveRoutes(url, expected))) });
    }
    return rows;
  });
}
