/** One headless Chromium for a run, one page for each plan. */
import { chromium } from 'playwright';
import { chromiumFlags, findChromium } from '../../../scripts/chromium.mjs';
import { BenchSetupError } from './errors.ts';
import type { BenchRemote } from '../page/remote.ts';
import type { BenchEvent } from '../report/collect.ts';

/** Flags for a machine whose GPU is to be measured instead of an emulated one. */
const gpuFlags = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-angle=vulkan',
  '--ignore-gpu-blocklist',
];

export interface BenchBrowser {
  readonly version: string;
  /** Opens the page, calls `use` with its remote, and closes it. */
  withPage<T>(
    url: string,
    onEvent: (event: BenchEvent) => void,
    use: (
      call: <K extends keyof BenchRemote>(method: K, ...plan: Parameters<BenchRemote[K]>) => ReturnType<BenchRemote[K]>,
    ) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
}

/** @throws BenchSetupError when there is no browser */
export async function openBrowser(realGpu: boolean): Promise<BenchBrowser> {
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
    async withPage(url, onEvent, use) {
      const context = await browser.newContext();
      const page = await context.newPage();
      page.setDefaultTimeout(0);
      try {
        await page.exposeFunction('albertBenchEvent', onEvent);
        await page.goto(url);
        await page.waitForFunction('globalThis.albertBench !== undefined', undefined, { timeout: 30_000 });
        const crashed = new Promise<never>((_, reject) => {
          page.on('crash', () =>
            reject(
              new BenchSetupError({
                problem: 'The page crashed',
                remedy: 'See what was measured before; a smaller shape needs less memory',
              }),
            ),
          );
        });
        const call = (method: keyof BenchRemote, plan?: unknown): Promise<unknown> =>
          Promise.race([crashed, page.evaluate(callRemote, [method, plan] as const)]);
        return await use(call as Parameters<typeof use>[0]);
      } finally {
        await context.close();
      }
    },
    close: () => browser.close(),
  };
}

/** Runs in the page. */
function callRemote([method, plan]: readonly [keyof BenchRemote, unknown]): Promise<unknown> | undefined {
  const remote = globalThis.albertBench as Record<keyof BenchRemote, (plan: unknown) => Promise<unknown>> | undefined;
  return remote?.[method](plan);
}
