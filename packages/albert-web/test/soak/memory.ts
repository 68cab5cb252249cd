/** Memory of a browser's processes, as the operating system counts it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser } from 'playwright';

/** Bytes of resident memory of every process of the browser; undefined where there is no `ps`. */
export async function residentBytes(browser: Browser): Promise<number | undefined> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  if (process.platform === 'win32') return undefined;
  const sizes = await Promise.all(processInfo.map(({ id }) => residentKilobytes(id)));
  return 1024 * sizes.reduce((sum, size) => sum + size, 0);
}

/** 0 for a process that has just ended. */
async function residentKilobytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]).catch(() => ({ stdout: '0' }));
  return Number(stdout);
}
