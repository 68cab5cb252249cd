/** Exposes the functions that the CLI calls in headless Chromium. */
import '../src/chromium/page-functions.ts';
import { compare } from '../src/compare/compare.ts';
import { verify } from '../src/verify/verify.ts';

const here = <Request extends { readonly settings?: object }>(request: Request): Request => ({
  ...request,
  settings: { ...request.settings, wasmFiles: new URL('./wasm/', location.href) },
});

globalThis.albertCli = {
  compare: (request) => compare(here(request)),
  verify: (request) => verify(here(request)),
};
