/** The browser of a run, one page for each plan: headless Chromium here, Firefox and WebKit in `engine-browser.ts`. */
import { chromium, type Page } from 'playwright';
import { chromiumFlags, findChromium } from '@albert-web/browser/chromium';
import { openEngine } from './engine-browser.ts';
import { BenchSetupError } from './errors.ts';
import type { BenchRemote } from '../page/remote.ts';
import type { BenchEvent } from '../report/collect.ts';

/** Where a run takes place. */
export const browserNames = ['chromium', 'firefox', 'webkit'] as const;
export type BrowserName = (typeof browserNames)[number];

/** Flags for a machine whose GPU is to be measured instead of an emulated one. */
const gpuFlags = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-angle=vulkan',
  '--ignore-gpu-blocklist',
];

/** Calls a measurement in the page. */
export type CallRemote = <K extends keyof BenchRemote>(
  method: K,
  ...plan: Parameters<BenchRemote[K]>
) => ReturnType<BenchRemote[K]>;

export interface BenchBrowser {
  readonly version: string;
  /**
   * Opens the page, calls `use` with its remote, and closes it.
   *
   * @param longestMs timeout in milliseconds
   * @throws BenchSetupError when the page crashes or times out
   */
  withPage<T>(
    url: string,
    longestMs: number,
    onEvent: (event: BenchEvent) => void,
    use: (call: CallRemote) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
}

/** @throws BenchSetupError when there is no such browser */
export async function openBrowser(name: BrowserName, realGpu: boolean): Promise<BenchBrowser> {
  return name === 'chromium' ? openChromium(realGpu) : openEngine(name);
}

async function openChromium(realGpu: boolean): Promise<BenchBrowser> {
  const executablePath = findChromium();
  if (!executablePath) {
    throw new BenchSetupError({
      problem: 'No Chromium was found',
      remedy: 'Install Chrome or Chromium, or set CHROMIUM_PATH to its executable',
    });
  }
  const browser = await chromium.launch({ executablePath, args: realGpu ? gpuFlags : chromiumFlags });
  return {
    version: `Chromium ${browser.version()}`,
    async withPage(url, longestMs, onEvent, use) {
      const context = await browser.newContext();
      const page = await context.newPage();
      page.setDefaultTimeout(0);
      try {
        await page.exposeFunction('albertBenchEvent', onEvent);
        await page.goto(url);
        await page.waitForFunction('globalThis.albertBench !== undefined', undefined, { timeout: 30_000 });
        const call = (method: keyof BenchRemote, plan?: unknown): Promise<unknown> =>
          page.evaluate(callRemote, [method, plan] as const);
        return await Promise.race([use(call as CallRemote), failureOf(page, longestMs)]);
      } finally {
        await context.close();
      }
    },
    close: () => browser.close(),
  };
}

/** Rejects when the page crashes or its time is up; never resolves. */
function failureOf(page: Page, longestMs: number): Promise<never> {
  const remedy = 'See what was measured before; a smaller shape needs less';
  return new Promise((_, reject) => {
    const giveUp = (problem: string): void => reject(new BenchSetupError({ problem, remedy }));
    const timer = setTimeout(() => giveUp('The page took too long'), longestMs);
    page.on('crash', () => giveUp('The page crashed'));
    page.on('close', () => clearTimeout(timer));
  });
}

/** Runs in the page. */
function callRemote([method, plan]: readonly [keyof BenchRemote, unknown]): Promise<unknown> | undefined {
  const remote = globalThis.albertBench as Record<keyof BenchRemote, (plan: unknown) => Promise<unknown>> | undefined;
  return remote?.[method](plan);
}
