// Lists the files that a page downloads before the first verdict on the WASM path, without weights, with their gzipped sizes.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = path.join(import.meta.dirname, '../dist');

/** Maximum size of a first load, in gzipped bytes. */
export const budget = 150_000;

/**
 * Reads static imports from the built chunks, starting at the script, the worker and the WASM driver.
 *
 * @param entries files of `dist` @returns `{ file, bytes, gzip }` of each file, without duplicates
 */
export async function firstLoad(entries) {
  const seen = new Map();
  const visit = async (file) => {
    if (seen.has(file)) return;
    const content = await readFile(path.join(dist, file));
    seen.set(file, { file, bytes: content.length, gzip: gzipSync(content, { level: 9 }).length });
    if (!/\.m?js$/u.test(file)) return;
    for (const [, imported] of String(content).matchAll(/(?:from|import)\s*["'](\.{1,2}\/[^"']+)["']/gu)) {
      await visit(path.posix.join(path.posix.dirname(file), imported));
    }
  };
  for (const entry of entries) await visit(entry);
  return [...seen.values()];
}

/** Returns the files of the WASM path. Entries that are loaded at run time are listed here; static imports are followed. */
export async function wasmPath(script = 'albert.js') {
  const backend = await readFile(path.join(dist, 'chunks/wasm.mjs'), 'utf8');
  const tfjs = [...backend.matchAll(/import\(["'`](\.\/[^"'`]+)["'`]\)/gu)].map(([, file]) =>
    path.posix.join('chunks', file),
  );
  return firstLoad([script, 'albert-worker.mjs', 'chunks/wasm.mjs', ...tfjs, 'wasm/relaxed-threads.wasm']);
}
