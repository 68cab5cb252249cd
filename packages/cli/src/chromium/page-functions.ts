import type { CompareRequest, CompareResult } from '../compare/compare.ts';
import type { VerifyRequest, VerifyResult } from '../verify/verify.ts';

/** The functions that the built page (`page/main.ts`) exposes to the process that opened it. */
export interface AlbertCliPage {
  compare(request: CompareRequest): Promise<CompareResult>;
  verify(request: VerifyRequest): Promise<VerifyResult>;
}

declare global {
  var albertCli: AlbertCliPage;
}
