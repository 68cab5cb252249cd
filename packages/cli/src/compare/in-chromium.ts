/** `compare` in a page of headless Chromium, for the backends Node does not have. */
import { resolve } from 'node:path';
import '../chromium/page-functions.ts';
import { withChromiumPage } from '../chromium/page.ts';
import type { CompareRequest, CompareResult } from './compare.ts';

/** Serves both folders beside the built page and runs `compare` there. @throws what `compare` throws, by name */
export function compareInChromium(request: CompareRequest): Promise<CompareResult> {
  const folders = { '/model/': resolve(request.model), '/reference/': resolve(request.reference) };
  return withChromiumPage(folders, (page, origin) => {
    const served = { ...request, model: `${origin}/model/`, reference: `${origin}/reference/` };
    return page.evaluate((sent) => globalThis.albertCli.compare(sent), served);
  });
}
