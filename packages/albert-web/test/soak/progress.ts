/**
 * Limits in processor time instead of wall time: on a busy machine everything takes longer, an emulated GPU most of all, and that
 * is not a fault. A browser that hangs uses no processor time, and work that never ends uses too much.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright';
import { ProcessorTime } from './processes.ts';

/** Milliseconds between two checks. */
const interval = 5000;
/** The browser hangs if it uses less than `leastSeconds` of processor time during this many checks. */
const idleLooks = 36;
const leastSeconds = 1;
/** Seconds of processor time of all tabs together, after which a wait is considered endless. */
const mostSeconds = 3600;

/**
 * Waits for `work` as long as the browser makes progress.
 *
 * @param waitedFor describes what is pending; called only at the limit @throws Error with that description
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

/** Resolves when the browser hangs or has worked for too long. @throws the reason of `signal` */
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
