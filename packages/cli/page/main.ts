/** What the CLI calls in headless Chromium. */
import '../src/chromium/page-functions.ts';
import { verify } from '../src/verify/verify.ts';

globalThis.albertCli = {
  verify: (request) =>
    verify({ ...request, settings: { ...request.settings, wasmFiles: new URL('./wasm/', location.href) } }),
};
