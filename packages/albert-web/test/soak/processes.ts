/** Memory and processor time of the browser's processes, as measured by the operating system. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser } from 'playwright';

interface Process {
  readonly type: string;
  readonly id: number;
  /** Seconds of processor time since the process started. */
  readonly cpuTime: number;
}

async function processesOf(browser: Browser): Promise<readonly Process[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo;
}

/** A service that Chromium starts minutes after launch, whatever its pages do. It takes 95 MiB. */
const languageModel = 'on_device_model.';

/** Returns the resident memory of all other processes of the browser, in bytes; undefined if there is no `ps`. */
export async function residentBytes(browser: Browser): Promise<number | undefined> {
  const processes = await processesOf(browser);
  if (process.platform === 'win32') return undefined;
  const ofPages = processes.filter(({ type }) => !type.startsWith(languageModel));
  const sizes = await Promise.all(ofPages.map(({ id }) => residentKilobytes(id)));
  return 1024 * sizes.reduce((sum, size) => sum + size, 0);
}

/** Returns 0 for a process that has just ended. */
async function residentKilobytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]).catch(() => ({ stdout: '0' }));
  return Number(stdout);
}

/** Counts the processor time of a browser, including processes that have ended in the meantime. */
export class ProcessorTime {
  readonly #last = new Map<number, number>();
  #seconds = 0;

  constructor(private readonly browser: Browser) {}

  /** Returns the seconds used since the first call. */
  async seconds(): Promise<number> {
    for (const { id, cpuTime } of await processesOf(this.browser)) {
      this.#seconds += Math.max(0, cpuTime - (this.#last.get(id) ?? cpuTime));
      this.#last.set(id, cpuTime);
    }
    return this.#seconds;
  }
}
