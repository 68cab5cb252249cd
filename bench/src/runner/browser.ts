/** Opens the browser for a run. */
import type { BenchBrowser } from './bench-browser.ts';
import { openChromium } from './chromium.ts';
import { openEngine } from './engine.ts';

/** The browsers in which a run can take place. */
export const browserNames = ['chromium', 'firefox', 'webkit'] as const;
export type BrowserName = (typeof browserNames)[number];

/** @throws BenchSetupError if the browser is not installed */
export async function openBrowser(name: BrowserName, realGpu: boolean): Promise<BenchBrowser> {
  return name === 'chromium' ? openChromium(realGpu) : openEngine(name);
}
