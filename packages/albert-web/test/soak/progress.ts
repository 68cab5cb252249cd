/**
 * Limits for what a browser does, in processor time instead of time: on a busy machine everything takes longer, an emulated GPU
 * most of all, and none of that is a fault. What hangs uses no processor, and what never ends uses too much of it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright';
import { ProcessorTime } from './processes.ts';

/** Milliseconds between two looks. */
const interval = 5000;
/** The browser hangs when it uses less than `leastSeconds` of processor time in so many looks. */
const idleLooks = 36;
const leastSeconds = 1;
/** Seconds of processor time, of all tabs together, after which a wait counts as one that never ends. */
const mostSeconds = 3600;

/**
 * The result of `work`, for as long as the browser makes progress.
 *
 * @param waitedFor asked only when the limit is reached. @throws Error that says what was waited for
 */
export async function whileProgressing<T>(
  browser: Browser,
  work: Promise<T>,
  waitedFor: () => Promise<string>,
): Promise<T> {
  const ended = new AbortController();
  const watch = async (): Promise<never> => {
    const why = await standstill(browser, ended.signal);
    throw new Error(`${why}, waiting for ${await waitedFor()}`);
  };
  try {
    return await Promise.race([work, watch()]);
  } finally {
    ended.abort();
  }
}

/** Resolves once the browser hangs, or has worked for too long. @throws the reason of `signal` */
async function standstill(browser: Browser, signal: AbortSignal): Promise<string> {
  const processorTime = new ProcessorTime(browser);
  const looks = [await processorTime.seconds()];
  for (;;) {
    await pause(interval, undefined, { signal });
    const now = await processorTime.seconds();
    looks.push(now);
    if (now > mostSeconds) return `The browser has worked for ${Math.round(now)} s of processor time`;
    const before = looks.at(-1 - idleLooks);
    if (before !== undefined && now - before < leastSeconds)
      return `The browser has done nothing for ${(idleLooks * interval) / 1000} s`;
  }
}
