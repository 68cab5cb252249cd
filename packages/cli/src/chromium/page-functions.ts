import type { CompareRequest, CompareResult } from '../compare/compare.ts';
import type { VerifyRequest, VerifyResult } from '../verify/verify.ts';

/** The functions the built page (`page/main.ts`) offers to the process that opened it. */
export interface AlbertCliPage {
  compare(request: CompareRequest): Promise<CompareResult>;
  verify(request: VerifyRequest): Promise<VerifyResult>;
}

declare global {
  var albertCli: AlbertCliPage;
}
