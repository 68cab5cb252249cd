/** How long a model takes to load: parsing, memory, and the time to the first answer beside transformers.js. */
import { mkdtemp, readFile, rm, stat, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { build } from 'vite';
import { chromiumFlags, findChromium } from '../../../scripts/chromium.mjs';
import { measureFirstAnswers, type EngineReport } from './first-answer.ts';
import { writeModels } from './models.ts';
import { measureParse, measurePeakMemory, type ParseReport } from './parse.ts';
import { serveFolders } from './serve.ts';

/** What `node bench/src/load/run.mjs` prints. */
export interface LoadReport {
  readonly parse: ParseReport;
  readonly memory: { readonly weights: number; readonly peakOverWeights: number };
  /** Bytes of our model's files on disk. */
  readonly folderBytes: number;
  readonly engines: readonly EngineReport[];
}

/** @param tokenizer folder with `spiece.model` and `tokenizer_config.json`. */
export async function measureLoad(tokenizer: string, rounds: number): Promise<LoadReport> {
  const folder = await mkdtemp(join(tmpdir(), 'albert-load-'));
  const page = join(folder, 'page');
  const models = join(folder, 'models');
  try {
    await writeModels(models, tokenizer);
    await buildPage(page);
    const parse = measureParse(new Uint8Array(await readFile(join(models, 'f32.safetensors'))));
    const server = await serveFolders([page, models]);
    const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
    try {
      const memory = await measurePeakMemory(`${server.url}ours`);
      const engines = await measureFirstAnswers(browser, server, rounds);
      return { parse, memory, folderBytes: await sizeOf(join(models, 'ours')), engines };
    } finally {
      await browser.close();
      await server.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** With the bench page's own settings, so that both engines find their `.wasm` files beside it. */
async function buildPage(outDir: string): Promise<void> {
  const root = fileURLToPath(new URL('page', import.meta.url));
  const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url));
  await build({ configFile, root, logLevel: 'error', build: { outDir, emptyOutDir: true } });
}

async function sizeOf(folder: string): Promise<number> {
  const sizes = await Promise.all((await readdir(folder)).map((file) => stat(join(folder, file))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
