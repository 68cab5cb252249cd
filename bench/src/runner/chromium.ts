/** Headless Chromium for a run. */
import { chromium, type Page } from 'playwright';
import { chromiumFlags, findChromium } from '@albert-web/browser/chromium';
import type { BenchRemote } from '../page/remote.ts';
import type { BenchBrowser, CallRemote } from './bench-browser.ts';
import { BenchSetupError } from './errors.ts';

/** Flags to measure the machine's own GPU instead of an emulated one. */
const gpuFlags = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-angle=vulkan',
  '--ignore-gpu-blocklist',
];

/** @throws BenchSetupError when Chromium is not installed */
export async function openChromium(realGpu: boolean): Promise<BenchBrowser> {
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
    async withPage(url, timeoutMs, onEvent, use) {
      const context = await browser.newContext();
      const page = await context.newPage();
      page.setDefaultTimeout(0);
      try {
        await page.exposeFunction('albertBenchEvent', onEvent);
        await page.goto(url);
        await page.waitForFunction('globalThis.albertBench !== undefined', undefined, { timeout: 30_000 });
        const call = (method: keyof BenchRemote, plan?: unknown): Promise<unknown> =>
          page.evaluate(callRemote, [method, plan] as const);
        return await Promise.race([use(call as CallRemote), failureOf(page, timeoutMs)]);
      } finally {
        await context.close();
      }
    },
    close: () => browser.close(),
  };
}

/** Rejects when the page crashes or its time is up; never resolves. */
function failureOf(page: Page, timeoutMs: number): Promise<never> {
  const remedy = 'See what was measured before; a smaller shape needs less';
  return new Promise((_, reject) => {
    const giveUp = (problem: string): void => reject(new BenchSetupError({ problem, remedy }));
    const timer = setTimeout(() => giveUp('The page took too long'), timeoutMs);
    page.on('crash', () => giveUp('The page crashed'));
    page.on('close', () => clearTimeout(timer));
  });
}

/** Runs in the page. */
function callRemote([method, plan]: readonly [keyof BenchRemote, unknown]): Promise<unknown> | undefined {
  const remote = globalThis.albertBench as Record<keyof BenchRemote, (plan: unknown) => Promise<unknown>> | undefined;
  return remote?.[method](plan);
}
