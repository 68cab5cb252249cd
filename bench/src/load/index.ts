/** What loading a model costs: parsing, bytes over the wire, memory, the cache, and the time to the first answer. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright';
import { build } from 'vite';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { startStaticServer } from '@albert-web/browser/static-server';
import { weightBytes } from '../model/folders.ts';
import { measureFirstAnswers, type EngineReport } from './first-answer.ts';
import { measureMemory, type MemoryReport } from './memory.ts';
import { writeModels } from './models.ts';
import { measureParse, type ParseReport } from './parse.ts';
import { measureWeights, type WeightsReport } from './weights.ts';

/** The report that `node bench/scripts/load.mjs` prints. */
export interface LoadReport {
  readonly parse: ParseReport;
  /** For the base shape in q8. */
  readonly weights: WeightsReport;
  readonly memory: { readonly weights: MemoryReport; readonly model: MemoryReport };
  readonly firstAnswer: readonly EngineReport[];
}

/** @param model folder with `spiece.model` and `tokenizer_config.json`, which is measured too. */
export async function measureLoad(model: string, rounds: number): Promise<LoadReport> {
  return withLoadPage(model, async ({ folder, browser, url }) => {
    const parse = await measureParse(new Uint8Array(await readFile(join(folder, 'f32.safetensors'))));
    // The files that `timeWeights` reads.
    const files = await weightBytes(join(folder, 'ours'), ['config.json']);
    const weights = await measureWeights(browser, url, files, rounds);
    const memory = {
      weights: await measureMemory(browser, url, 'weights', 'ours', weights.bytes),
      model: await measureMemory(browser, url, 'model', 'ours', weights.bytes),
    };
    return { parse, weights, memory, firstAnswer: await measureFirstAnswers(browser, url, rounds) };
  });
}

/** Measures only the memory of the base shape in q8, until its first answer. @param model as in {@link measureLoad}. */
export async function measureModelMemory(model: string): Promise<MemoryReport> {
  return withLoadPage(model, async ({ folder, browser, url }) =>
    measureMemory(browser, url, 'model', 'ours', await weightBytes(join(folder, 'ours'))),
  );
}

/** The files to load, and the browser and page to load them in. */
interface LoadPlace {
  /** Filled by `writeModels`. */
  readonly folder: string;
  readonly browser: Browser;
  readonly url: string;
}

async function withLoadPage<T>(model: string, work: (place: LoadPlace) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'albert-load-'));
  const page = join(folder, 'page');
  try {
    await writeModels(folder, model);
    await buildPage(page);
    const server = await startStaticServer({
      mounts: {
        '/': page,
        '/ours/': join(folder, 'ours'),
        '/theirs/': join(folder, 'theirs'),
        '/default/': model,
      },
      headers: { 'Cache-Control': 'no-cache' },
    });
    const browser = await launchChromium(['--js-flags=--expose-gc']);
    try {
      return await work({ folder, browser, url: server.url });
    } finally {
      await browser.close();
      await server.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Builds the page with the settings of the bench page, so that both engines find their `.wasm` files next to it. */
async function buildPage(outDir: string): Promise<void> {
  const root = fileURLToPath(new URL('page', import.meta.url));
  const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url));
  await build({ configFile, root, logLevel: 'error', build: { outDir, emptyOutDir: true } });
}
