/** A tab of the soak test: runs rounds, and measures the resources held afterwards. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright';
import { collectErrors } from '../pages.ts';
import type { Pair } from './page/answers.ts';
import type { RoundOptions, RoundReport } from './page/round.ts';
import { whileProgressing } from './progress.ts';

/** What happens to a tab in the middle of a round. */
export const circumstances = ['none', 'throttled', 'frozen', 'killed'] as const;

/** One of the circumstances. */
export type Circumstance = (typeof circumstances)[number];

/** Milliseconds for a page to report what it is waiting for. */
const answerTime = 30_000;

/** Matches requests for optional files that these models do not have. */
const notFound = /status of 404/u;

/** A page that runs rounds. */
export class Tab {
  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
    private readonly devtools: CDPSession,
    private readonly errors: string[],
  ) {}

  static async open(browser: Browser, context: BrowserContext, url: string): Promise<Tab> {
    const page = await context.newPage();
    const errors = collectErrors(page);
    await page.goto(url);
    return new Tab(browser, page, await context.newCDPSession(page), errors);
  }

  /** Runs a round; undefined if the tab was killed during it. */
  async run(options: RoundOptions, circumstance: Circumstance): Promise<RoundReport | undefined> {
    const round = this.page.evaluate((options) => window.soak?.runRound(options), options);
    const happened = this.#suffer(circumstance, options.milliseconds / 2);
    if (circumstance === 'killed') {
      await Promise.allSettled([round, happened]);
      return undefined;
    }
    const report = await this.#whileProgressing(round);
    await happened;
    const faults = this.errors.splice(0).filter((error) => !notFound.test(error));
    if (!report) return { outcomes: {}, loads: 0, trainings: 0, faults: ['the page of the soak did not load'] };
    return { ...report, faults: [...report.faults, ...faults] };
  }

  /** Returns a model's answers when nothing else runs. */
  async serialAnswers(pair: Pair): Promise<readonly unknown[]> {
    const answers = this.page.evaluate((pair) => window.soak?.serialAnswers(pair), pair);
    return (await this.#whileProgressing(answers)) ?? [];
  }

  /** Returns the losses of a training when nothing else runs. */
  async trainingLosses(): Promise<readonly number[] | undefined> {
    return this.#whileProgressing(this.page.evaluate(() => window.soak?.trainingLosses()));
  }

  #whileProgressing<T>(work: Promise<T>): Promise<T> {
    return whileProgressing(this.browser, work, async () => {
      const told = this.page.evaluate(() => window.soak?.waiting() ?? 'its modules');
      return Promise.race([told, pause(answerTime, 'a page that does not answer')]);
    });
  }

  async #suffer(circumstance: Circumstance, milliseconds: number): Promise<void> {
    const wait = (time: number): Promise<void> => this.page.waitForTimeout(time);
    switch (circumstance) {
      case 'none':
        return;
      case 'throttled':
        await this.devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
        await wait(milliseconds);
        await this.devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
        return;
      case 'frozen':
        await wait(milliseconds / 2);
        await this.devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
        await wait(milliseconds / 2);
        await this.devtools.send('Page.setWebLifecycleState', { state: 'active' });
        return;
      case 'killed':
        await wait(milliseconds);
        await this.page.close();
    }
  }

  /** Returns the number of workers and threads still alive after they had time to end. It should be 0. */
  async workersLeft(): Promise<number> {
    for (let attempt = 0; ; attempt++) {
      const threads = await this.page.evaluate(async () => {
        const { held = [] } = await navigator.locks.query();
        return held.filter(({ name }) => name?.startsWith('albert-worker-')).length;
      });
      const left = this.page.workers().length + threads;
      if (left === 0 || attempt === 60) return left;
      await this.page.waitForTimeout(250);
    }
  }

  /** Returns the size of the JavaScript heap after a garbage collection, in bytes. */
  async heapBytes(): Promise<number> {
    await this.devtools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.devtools.send('Runtime.getHeapUsage');
    return usedSize;
  }
}
