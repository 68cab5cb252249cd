/** Runs `compare` in headless Chromium, for backends that Node lacks. */
import { resolve } from 'node:path';
import '../chromium/page-functions.ts';
import { withChromiumPage } from '../chromium/page.ts';
import type { CompareRequest, CompareResult } from './compare.ts';

/** Serves both folders and runs `compare` in the built page. @throws the same named errors as `compare` */
export function compareInChromium(request: CompareRequest): Promise<CompareResult> {
  const folders = { '/model/': resolve(request.model), '/reference/': resolve(request.reference) };
  return withChromiumPage(folders, (page, origin) => {
    const served = { ...request, model: `${origin}/model/`, reference: `${origin}/reference/` };
    return page.evaluate((sent) => globalThis.albertCli.compare(sent), served);
  });
}
