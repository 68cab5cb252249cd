/** Runs `verify` in headless Chromium, for backends that Node lacks. */
import { basename, dirname, resolve } from 'node:path';
import '../chromium/page-functions.ts';
import { withChromiumPage } from '../chromium/page.ts';
import type { VerifyRequest, VerifyResult } from './verify.ts';

/** Serves the model folder and runs `verify` in the built page. @throws the same named errors as `verify` */
export function verifyInChromium(request: VerifyRequest): Promise<VerifyResult> {
  const folder = resolve(request.model);
  return withChromiumPage({ '/model/': dirname(folder) }, (page, origin) => {
    const served = { ...request, model: `${origin}/model/${basename(folder)}/` };
    // Passed as text, since Playwright's types do not support arrays nested to unknown depth.
    return page.evaluate(
      (json) => globalThis.albertCli.verify(JSON.parse(json) as VerifyRequest),
      JSON.stringify(served),
    );
  });
}
