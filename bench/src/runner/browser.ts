/** Opens the browser that a run takes place in. */
import type { BenchBrowser } from './bench-browser.ts';
import { openChromium } from './chromium.ts';
import { openEngine } from './engine.ts';

/** Where a run takes place. */
export const browserNames = ['chromium', 'firefox', 'webkit'] as const;
export type BrowserName = (typeof browserNames)[number];

/** @throws BenchSetupError when there is no such browser */
export async function openBrowser(name: BrowserName, realGpu: boolean): Promise<BenchBrowser> {
  return name === 'chromium' ? openChromium(realGpu) : openEngine(name);
}
