/**
 * Starts Chromium as a user would run it, to measure its memory. Playwright's own pages record the bodies of all responses, up to 100 MB
 * in the process that runs the page.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { findChromium } from '@albert-web/browser/chromium';
import { chromium } from 'playwright';

/** Returns a browser with the methods of those from `startEngine`. The newest renderer runs the page, because none is kept in reserve. */
export async function startQuietChromium() {
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-features=SpareRendererForSitePerProcess'],
  });
  const devtools = await browser.newBrowserCDPSession();
  let evaluateInPage;
  return {
    version: `Chromium ${browser.version()}`,
    async goto(url) {
      evaluateInPage = await openPage(devtools, String(url));
      // At first, the page is empty.
      const isThere = `location.href !== 'about:blank' && document.readyState === 'complete'`;
      while (!(await evaluateInPage(isThere))) await sleep(50);
    },
    evaluate: (body, ...args) => evaluateInPage(`(${body})(...${JSON.stringify(args)})`),
    close: () => browser.close(),
  };
}

/** Opens a page. @returns a function that evaluates an expression in the page, and does nothing else there */
async function openPage(devtools, url) {
  const { targetId } = await devtools.send('Target.createTarget', { url });
  const { sessionId } = await devtools.send('Target.attachToTarget', { targetId, flatten: false });
  const waiting = new Map();
  devtools.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result, error } = JSON.parse(message);
    // A message without an id is an event.
    if (id === undefined) return;
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error ?? result.exceptionDetails) reject(new Error(JSON.stringify(error ?? result.exceptionDetails)));
    else resolve(result.result.value);
  });
  let lastId = 0;
  return (expression) =>
    new Promise((resolve, reject) => {
      const params = { expression, awaitPromise: true, returnByValue: true };
      const message = JSON.stringify({ id: ++lastId, method: 'Runtime.evaluate', params });
      waiting.set(lastId, { resolve, reject });
      devtools.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject);
    });
}
