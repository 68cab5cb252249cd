/** `verify` in a page of headless Chromium, for the backends Node does not have. */
import { basename, dirname, resolve } from 'node:path';
import '../chromium/page-functions.ts';
import { withChromiumPage } from '../chromium/page.ts';
import type { VerifyRequest, VerifyResult } from './verify.ts';

/** Serves the model folder beside the built page and runs `verify` there. @throws what `verify` throws, by name. */
export function verifyInChromium(request: VerifyRequest): Promise<VerifyResult> {
  const folder = resolve(request.model);
  return withChromiumPage({ '/model/': dirname(folder) }, (page, origin) => {
    const served = { ...request, model: `${origin}/model/${basename(folder)}/` };
    // As text: Playwright's typed serialization does not know nested arrays of unknown depth.
    return page.evaluate(
      (json) => globalThis.albertCli.verify(JSON.parse(json) as VerifyRequest),
      JSON.stringify(served),
    );
  });
}
