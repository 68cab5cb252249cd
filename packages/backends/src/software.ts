import type { BackendName } from '@albert-web/core';
import { BackendUnavailableError } from './errors.ts';

/** Whether an adapter or renderer is a GPU emulated on the CPU, judged by its name. */
export function isSoftwareRenderer(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/iu.test(name);
}

/** Why an emulated GPU was skipped. */
export function softwareError(backend: BackendName, renderer: string): BackendUnavailableError {
  return new BackendUnavailableError({
    problem: `The GPU is emulated in software (${renderer})`,
    remedy: `Ask for backend "${backend}" by name to use it all the same`,
  });
}
