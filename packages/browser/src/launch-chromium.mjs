// Headless Chromium by Playwright, for tests and scripts. Apart from `chromium.mjs`, which programs use that come without Playwright.
import { chromium } from 'playwright';
import { chromiumFlags, findChromium } from './chromium.mjs';

/** Starts the Chromium of this machine with `chromiumFlags` and these. */
export function launchChromium(extraFlags = []) {
  return chromium.launch({ executablePath: findChromium(), args: [...chromiumFlags, ...extraFlags] });
}
