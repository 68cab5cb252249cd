/** A page of headless Chromium with the CLI's own bundle in it, and folders of this machine served to it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { AlbertError } from '@albert-web/errors';
import { chromium, type Page } from 'playwright-core';
import sirv from 'sirv';
import { chromiumFlags, findChromium } from '../../../../scripts/chromium.mjs';

/** There is no Chromium to run in. */
export class NoChromiumError extends AlbertError {
  override readonly name = 'NoChromiumError';
}

/** Shared memory, and with it WASM threads, exists only in a cross-origin isolated page. */
const isolation: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * Opens the built page, runs `task` in it, and closes everything.
 *
 * @param folders folders to serve, by URL prefix (`/model/`).
 * @throws NoChromiumError
 */
export async function withChromiumPage<T>(
  folders: Readonly<Record<string, string>>,
  task: (page: Page, origin: string) => Promise<T>,
): Promise<T> {
  const executablePath = findChromium();
  if (!executablePath) {
    throw new NoChromiumError({
      problem: 'No Chromium was found on this machine',
      remedy: 'Install Chrome or Chromium, or set CHROMIUM_PATH to its executable',
    });
  }
  const server = await serve({ '/': fileURLToPath(new URL('./page/', import.meta.url)), ...folders });
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  try {
    const page = await browser.newPage();
    await page.goto(server.origin);
    await page.waitForFunction(() => 'albertCli' in globalThis);
    return await task(page, server.origin);
  } finally {
    await browser.close();
    server.close();
  }
}

async function serve(folders: Readonly<Record<string, string>>): Promise<{ origin: string; close: () => void }> {
  const setHeaders = (response: ServerResponse): void => {
    for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
  };
  // The longest prefix wins, so that "/" does not swallow the rest.
  const routes = Object.entries(folders)
    .sort(([a], [b]) => b.length - a.length)
    .map(([prefix, folder]) => ({ prefix, handle: sirv(folder, { dev: true, setHeaders }) }));
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = request.url ?? '/';
    const route = routes.find(({ prefix }) => url.startsWith(prefix));
    if (route) request.url = `/${url.slice(route.prefix.length)}`;
    const notFound = (): void => void response.writeHead(404).end();
    if (route) route.handle(request, response, notFound);
    else notFound();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}
