/** Shared by the page tests: the built script, and bare pages around it. */
import path from 'node:path';
import type { Page } from 'playwright';
import { startStaticServer, type StaticServer } from '@albert-web/browser/static-server';

const root = path.join(import.meta.dirname, '../../..');

/** The drop-in's folder with the default weights in place, as on a site. */
export const scriptMounts: Readonly<Record<string, string>> = {
  '/albert/': path.join(root, 'packages/albert-web/dist'),
  '/albert/weights/': path.join(root, 'weights'),
};

/** Serves one bare page at `/` beside the script, with these headers. */
export function servePage(body: string, headers: Readonly<Record<string, string>> = {}): Promise<StaticServer> {
  return startStaticServer({
    mounts: scriptMounts,
    pages: { '/': `<!doctype html><html lang="en"><title>A page</title><body>${body}</body></html>` },
    headers,
  });
}

/** Collects all errors of the page, for messages of failing tests and for checks that there were none. */
export function collectErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return errors;
}
