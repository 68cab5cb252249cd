/** A tab of the soak: what happens to it in a round, and what it holds after. */
import type { BrowserContext, CDPSession, Page } from 'playwright';
import { collectErrors } from '../pages.ts';
import type { RoundOptions, RoundReport } from './page/round.ts';

/** What happens to a tab in the middle of a round. */
export const circumstances = ['none', 'throttled', 'frozen', 'killed'] as const;

/** One of them. */
export type Circumstance = (typeof circumstances)[number];

/** Time that a round may take longer than it was given, before it counts as hung: a slow load, a frozen tab. */
const grace = 600_000;

/** Files that a model may have and these have not. */
const notFound = /status of 404/u;

/** A page that runs rounds. */
export class Tab {
  private constructor(
    readonly page: Page,
    private readonly devtools: CDPSession,
    private readonly errors: string[],
  ) {}

  static async open(context: BrowserContext, url: string): Promise<Tab> {
    const page = await context.newPage();
    const errors = collectErrors(page);
    await page.goto(url);
    return new Tab(page, await context.newCDPSession(page), errors);
  }

  /** Runs a round; undefined when the tab was killed in it. */
  async run(options: RoundOptions, circumstance: Circumstance): Promise<RoundReport | undefined> {
    const round = this.page.evaluate((options) => window.soak?.runRound(options), options);
    const happened = this.#suffer(circumstance, options.milliseconds / 2);
    if (circumstance === 'killed') {
      await Promise.allSettled([round, happened]);
      return undefined;
    }
    const report = await withinTime(round, options.milliseconds + grace);
    await happened;
    const faults = this.errors.splice(0).filter((error) => !notFound.test(error));
    if (!report) return { outcomes: {}, loads: 0, trainings: 0, faults: ['the page of the soak did not load'] };
    return { ...report, faults: [...report.faults, ...faults] };
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

  /** Workers and threads that live, once they have had time to end: there should be none. */
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

  /** Bytes of JavaScript objects, garbage collected. */
  async heapBytes(): Promise<number> {
    await this.devtools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.devtools.send('Runtime.getHeapUsage');
    return usedSize;
  }
}

async function withinTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`A round did not end within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
