/** Firefox or WebKit for a run. WebDriver cannot push, so the page keeps its events until the runner polls for them. */
import {
  engines,
  installedEngines,
  startEngine,
  type EngineBrowser,
  type EngineName,
} from '@albert-web/browser/engines';
import type { BenchRemote } from '../page/remote.ts';
import type { BenchEvent } from '../report/collect.ts';
import type { BenchBrowser, CallRemote } from './bench-browser.ts';
import { BenchSetupError } from './errors.ts';

/** How often the page is polled, in milliseconds. Each poll costs the page a moment. */
const pollEvery = 1000;

/** Events and the outcome, which the page keeps for the runner. */
interface Mailbox {
  events: BenchEvent[];
  outcome?: { readonly value?: unknown; readonly error?: string };
}

declare global {
  var albertBenchMail: Mailbox | undefined;
}

/** @throws BenchSetupError when the engine is not installed */
export async function openEngine(name: EngineName): Promise<BenchBrowser> {
  const { title, packages } = engines[name];
  if (!installedEngines().includes(name)) {
    throw new BenchSetupError({
      problem: `${title} was not found`,
      expected: 'Firefox and WebKit are driven on Linux, on a virtual display',
      remedy: `On Debian, run apt-get install ${packages}`,
    });
  }
  const { version } = await withEngine(name, (browser) => Promise.resolve(browser));
  return {
    version,
    // A fresh browser for each page, so that one measurement cannot affect the next.
    withPage: (url, timeoutMs, onEvent, use) =>
      withEngine(name, async (browser) => {
        await browser.goto(url);
        await browser.evaluate(waitForRemote);
        const end = Date.now() + timeoutMs;
        const call = (method: keyof BenchRemote, plan?: unknown): Promise<unknown> =>
          callAndPoll(browser, method, plan, onEvent, end);
        return use(call as CallRemote);
      }),
    close: () => Promise.resolve(),
  };
}

async function withEngine<T>(name: EngineName, use: (browser: EngineBrowser) => Promise<T>): Promise<T> {
  const browser = await startEngine(name);
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

async function callAndPoll(
  browser: EngineBrowser,
  method: keyof BenchRemote,
  plan: unknown,
  onEvent: (event: BenchEvent) => void,
  end: number,
): Promise<unknown> {
  await browser.evaluate(startCall, method, plan ?? null);
  while (Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, pollEvery));
    const { events, outcome } = await browser.evaluate(takeMail);
    for (const event of events) onEvent(event);
    if (outcome?.error !== undefined) throw new Error(outcome.error);
    if (outcome) return outcome.value;
  }
  throw new BenchSetupError({
    problem: 'The page took too long',
    remedy: 'See what was measured before; a smaller shape needs less',
  });
}

/** Runs in the page, whose modules may be ready later than the `load` event. */
async function waitForRemote(): Promise<void> {
  for (let waited = 0; globalThis.albertBench === undefined; waited += 100) {
    if (waited > 30_000) throw new Error('The page is not the benchmark');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Runs in the page. */
function startCall(method: keyof BenchRemote, plan: unknown): void {
  const mail: Mailbox = { events: [] };
  globalThis.albertBenchMail = mail;
  globalThis.albertBenchEvent = (event) => void mail.events.push(event);
  const remote = globalThis.albertBench as Record<keyof BenchRemote, (plan: unknown) => Promise<unknown>> | undefined;
  remote?.[method](plan).then(
    (value) => (mail.outcome = { value }),
    (error: unknown) => (mail.outcome = { error: String(error) }),
  );
}

/** Runs in the page. */
function takeMail(): Mailbox {
  const mail = globalThis.albertBenchMail;
  if (!mail) return { events: [] };
  const taken = { ...mail };
  mail.events = [];
  return taken;
}
