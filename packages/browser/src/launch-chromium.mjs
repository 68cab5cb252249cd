// Starts headless Chromium with Playwright, for tests and scripts. Separate from `chromium.mjs`, which works without Playwright.
import { chromium } from 'playwright';
import { chromiumFlags, findChromium } from './chromium.mjs';

/** Starts this machine's Chromium with `chromiumFlags` and additional flags. */
export function launchChromium(extraFlags = []) {
  return chromium.launch({ executablePath: findChromium(), args: [...chromiumFlags, ...extraFlags] });
}
