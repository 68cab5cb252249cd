/**
 * The headless run behind `albert bench`: drives the built page, page by page, and saves after every measurement.
 *
 * @packageDocumentation
 */
import { readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { messageOf } from '@albert-web/errors';
import { isolationHeaders, startStaticServer, type StaticServer } from '@albert-web/browser/static-server';
import type { Facts } from '../page/facts.ts';
import type { BenchEvent } from '../report/collect.ts';
import { withEvent } from '../report/collect.ts';
import { toMarkdown } from '../report/markdown.ts';
import type { Report } from '../report/report.ts';
import type { BenchBrowser, CallRemote } from './bench-browser.ts';
import { browserNames, openBrowser, type BrowserName } from './browser.ts';
import { BenchSetupError } from './errors.ts';
import { readCommit, readMachine } from './machine.ts';
import type { Model } from '../model/shapes.ts';
import type { ModelFolders } from './model-folder.ts';
import { randomBase, shippedModel, writeModelFolders } from './model-folder.ts';
import type { PagePlan, RunPlan } from './plan.ts';
import { loadPlan, pairCandidates, planPages } from './plan.ts';
import { parseMrpc, writtenPairs } from './sentence-pairs.ts';

export { drawLatency } from './draw.ts';
export { BenchSetupError } from './errors.ts';

/** How `albert bench` was called. */
export interface BenchOptions {
  /** Measure plain tfjs, ONNX Runtime Web, LiteRT.js and transformers.js too. */
  readonly peers: boolean;
  /** Measure for two minutes instead of twelve. */
  readonly quick: boolean;
  /** Path of the report; the Markdown is written next to it. */
  readonly json: string;
  /** The browser to measure in. */
  readonly browser: BrowserName;
  /** Measure this machine's GPU instead of an emulated one (Chromium only). */
  readonly gpu: boolean;
  /** MRPC file of sentence pairs. Default: 64 pairs written for the purpose. */
  readonly pairs?: string | undefined;
  /** Folder with `spiece.model` and `tokenizer_config.json`. Default: `weights/default`. */
  readonly tokenizer?: string | undefined;
}

/** Prints a line about the progress. */
export type Log = (line: string) => void;

/** The folder of the bench, relative to `dist/runner/index.js`. */
const root = new URL('../../', import.meta.url);
const pageFolder = fileURLToPath(new URL('dist/', root));
/** The files that `scripts/litert_models.py` writes. */
const litertModels = fileURLToPath(new URL('../.cache/litert/', root));
const defaultModel = fileURLToPath(new URL('../weights/default/', root));

/** Time limits of a quick and a whole run (ms). */
const limits = { quick: 110_000, whole: 690_000 };

/** How long a page may continue after its time limit before it is closed (ms). */
const pageTimeout = 90_000;

/** @throws BenchSetupError when the page is not built or there is no browser */
export async function runBench(options: BenchOptions, log: Log): Promise<Report> {
  if (!existsSync(`${pageFolder}index.html`)) {
    throw new BenchSetupError({
      problem: 'The benchmark page has not been built',
      remedy: 'Run `npm run build` in the root of the repository',
    });
  }
  if (!browserNames.includes(options.browser)) {
    throw new BenchSetupError({
      problem: `There is no browser "${options.browser}"`,
      expected: `Expected ${browserNames.join(', ')}`,
      remedy: 'Leave --browser out for Chromium',
    });
  }
  const browser = await openBrowser(options.browser, options.gpu);
  const run = new Run(options, browser, log);
  try {
    await run.measure();
    return run.report;
  } finally {
    await browser.close();
  }
}

class Run {
  report: Report;
  readonly #end: number;
  readonly #options: BenchOptions;
  readonly #browser: BenchBrowser;
  readonly #log: Log;
  /** Writes run one after another, so that the file never mixes two reports. */
  #saving: Promise<void> = Promise.resolve();

  constructor(options: BenchOptions, browser: BenchBrowser, log: Log) {
    this.#options = options;
    this.#browser = browser;
    this.#log = log;
    this.#end = performance.now() + (options.quick ? limits.quick : limits.whole);
    this.report = {
      date: new Date().toISOString(),
      commit: readCommit(fileURLToPath(root)),
      machine: readMachine('unknown'),
      browser: browser.version,
      rows: [],
      parts: [],
      agreement: [],
      skipped: [],
    };
  }

  async measure(): Promise<void> {
    const facts = await this.#onPage({ isolated: true }, (call) => call('facts'));
    if (!facts)
      throw new BenchSetupError({
        problem: 'The page did not report its environment',
        remedy: 'Run npm run build, then try again',
      });
    this.report = { ...this.report, machine: readMachine(`WebGPU: ${facts.webgpu}; WebGL: ${facts.webgl}`) };
    this.#log(`${this.report.browser}, ${this.report.machine.cpu}, ${this.report.machine.gpu}`);
    const { first, second } = this.#plan(facts);
    for (const page of first) await this.#forward(page);
    await this.#pairs('base', randomBase);
    await this.#pairs('default model', () => shippedModel(defaultModel));
    await this.#onPage({ isolated: true }, (call) => call('load', loadPlan));
    for (const page of second) await this.#forward(page);
  }

  #plan({ realGpu }: Facts): RunPlan {
    const { peers, quick } = this.#options;
    return planPages({ peers, quick, cores: cpus().length, realGpu });
  }

  async #forward({ isolated, forward }: PagePlan): Promise<void> {
    const what = `${forward.shape} on ${forward.candidates[0]?.backend}, ${forward.threads} threads`;
    const limitMs = this.#remaining();
    if (limitMs <= 0) return this.#on(outOfTime(what));
    await this.#onPage({ isolated }, (call) => call('forward', { ...forward, limitMs }));
  }

  async #pairs(shape: string, classifier: () => Model | Promise<Model>): Promise<void> {
    const what = `sentence pairs, ${shape}`;
    if (this.#remaining() <= 0) return this.#on(outOfTime(what));
    const { peers, quick, pairs: file, tokenizer = defaultModel } = this.#options;
    const given = file ? parseMrpc(await readFile(file, 'utf8')) : writtenPairs;
    const writing = async (): Promise<ModelFolders> => writeModelFolders(await classifier(), tokenizer);
    const models = await writing().catch((error: unknown) => {
      this.#on({ kind: 'skipped', skipped: { what, why: messageOf(error) } });
    });
    if (!models) return;
    try {
      await this.#onPage({ isolated: true, models: models.path }, (call) =>
        call('pairs', {
          shape,
          folder: 'models/q8/',
          shipped: false,
          candidates: pairCandidates(peers),
          pairs: given.slice(0, quick ? 16 : 64),
          batchSize: 16,
          threads: 1,
          rounds: 5,
          budgetMs: quick ? 10_000 : 45_000,
        }),
      );
    } finally {
      await models.remove();
    }
  }

  /** Runs `use` in a page. If the page fails, only its own figures are lost. */
  async #onPage<T>(
    { isolated, models }: { isolated: boolean; models?: string },
    use: (call: CallRemote) => Promise<T>,
  ): Promise<T | undefined> {
    let server: StaticServer | undefined;
    try {
      server = await startStaticServer({
        mounts: { '/': pageFolder, '/litert/': litertModels, ...(models && { '/models/': models }) },
        headers: isolated ? isolationHeaders : {},
      });
      const longest = Math.max(0, this.#remaining()) + pageTimeout;
      return await this.#browser.withPage(`${server.url}/`, longest, (event) => this.#on(event), use);
    } catch (error) {
      this.#on({ kind: 'skipped', skipped: { what: 'a page of the run', why: messageOf(error) } });
      return undefined;
    } finally {
      await this.#saving;
      await server?.close();
    }
  }

  #remaining(): number {
    return this.#end - performance.now();
  }

  #on(event: BenchEvent): void {
    if (event.kind === 'progress') this.#log(`  ${event.what}`);
    if (event.kind === 'skipped') this.#log(`  not measured: ${event.skipped.what}: ${event.skipped.why}`);
    this.report = withEvent(this.report, event);
    this.#saving = this.#saving.then(() => this.#save());
  }

  async #save(): Promise<void> {
    const { json } = this.#options;
    await writeFile(json, `${JSON.stringify(this.report, undefined, 1)}\n`);
    await writeFile(json.replace(/(\.json)?$/u, '.md'), `${toMarkdown(this.report)}\n`);
  }
}

const outOfTime = (what: string): BenchEvent => ({
  kind: 'skipped',
  skipped: { what, why: 'the time for this run was up' },
});
