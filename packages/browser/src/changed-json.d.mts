import type { BrowserContext, Page } from 'playwright';

export declare function changeJson(
  target: BrowserContext | Page,
  url: string,
  entries: Readonly<Record<string, unknown>>,
): Promise<unknown>;
