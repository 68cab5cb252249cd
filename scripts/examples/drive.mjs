// Drives pages in Chromium: reads their verdict, and collects all errors that a developer would see.
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { startStaticServer } from '@albert-web/browser/static-server';
import { ensureChromium } from '../ensure-chromium.mjs';
import { checkVerdict, readVerdict } from './expected.mjs';

ensureChromium();
/** Milliseconds. Development servers compile on the first visit. */
const timeout = 180_000;

/** Runs a task with the URL of a static server. */
export async function withServer(options, task) {
  const server = await startStaticServer(options);
  try {
    return await task(server.url);
  } finally {
    await server.close();
  }
}

/** Runs a task with a browser. */
export async function withChromium(task) {
  const browser = await launchChromium();
  try {
    return await task(browser);
  } finally {
    await browser.close();
  }
}

/** Drives the root and a deep route of a site. @returns what the last one ran on @throws Error if anything is wrong */
export function driveRoutes(url, expected, routes = ['/', '/products/3']) {
  return withChromium(async (browser) => {
    let result;
    for (const route of routes) result = await drivePage(browser, url + route, expected);
    return { routes: routes.join(' '), ...result };
  });
}

/** Drives a page. @throws Error for a wrong verdict, an error in the console, a failed request, or unused threads */
export async function drivePage(browser, url, expected) {
  const page = await browser.newPage();
  const problems = watchProblems(page);
  try {
    await page.goto(url, { timeout });
    const verdict = readVerdict(await verdictOf(page));
    checkVerdict(verdict, expected);
    const isolated = await page.evaluate(() => crossOriginIsolated);
    if (isolated !== verdict.threads > 1) problems.push(`${verdict.threads} threads, isolated: ${isolated}`);
    if (problems.length > 0) throw new Error(`${problems.length} problems`);
    return { ...verdict, isolated: isolated ? 'yes' : 'no' };
  } catch (error) {
    throw new Error([url, ...problems].join('\n'), { cause: error });
  } finally {
    await page.close();
  }
}

/** Watches a page. @returns a list to which every error in the console and every failed request is added */
function watchProblems(page) {
  const problems = [];
  page.on('console', (message) => {
    const place = message.location().url;
    if (message.type() === 'error' && !isExpectedMissing(place)) problems.push(`${message.text()} ${place}`);
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('response', (response) => {
    if (response.status() >= 400 && !isExpectedMissing(response.url()))
      problems.push(`${response.status()} ${response.url()}`);
  });
  return problems;
}

/** Whether a missing file is expected: browsers request an icon, and `load` requests optional files of a model. */
function isExpectedMissing(url) {
  return /\/favicon\.ico$|\/(?:modules|paraphrase_calibration|[\w-]*config[\w-]*|[\w-]*tokens[\w-]*|tokenizer)\.json$/u.test(
    url,
  );
}

/** Returns the text that a page shows once the model has loaded. */
export async function verdictOf(page) {
  return page.locator('#verdict').filter({ hasNotText: 'Loading' }).innerText({ timeout });
}
