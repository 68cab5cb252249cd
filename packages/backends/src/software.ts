import type { BackendName } from '@albert-web/core';
import { BackendUnavailableError } from './errors.ts';

/** Returns whether an adapter or renderer is a GPU emulated on the CPU, judging by its name. */
export function isSoftwareRenderer(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/iu.test(name);
}

/**
 * What a GPU adapter reports about itself; browsers leave out much of it. Not derived from `GPUAdapterInfo`, whose fields depend
 * on the version of TypeScript.
 */
export interface AdapterInfo {
  readonly vendor?: string;
  readonly architecture?: string;
  readonly device?: string;
  readonly description?: string;
  readonly isFallbackAdapter?: boolean;
}

/** Returns a short name from what browsers reveal, which may be nothing. */
export function describeAdapter({ vendor, architecture, description }: AdapterInfo): string {
  return [description || vendor, architecture].filter(Boolean).join(' ') || 'unnamed GPU';
}

/** Returns whether an adapter is emulated on the CPU: it reports that, or has the name of an emulator. */
export function isEmulatedAdapter(info: AdapterInfo): boolean {
  // Dawn's null backend, which validates but computes nothing, has no other name.
  return info.isFallbackAdapter === true || info.device === 'null-backend' || isSoftwareRenderer(describeAdapter(info));
}

/** Returns the reason why an emulated GPU was skipped. */
export function softwareError(backend: BackendName, renderer: string): BackendUnavailableError {
  return new BackendUnavailableError({
    problem: `The GPU is emulated in software (${renderer})`,
    remedy: `Ask for backend "${backend}" by name to use it anyway`,
    reason: { code: 'emulated', device: renderer },
  });
}
