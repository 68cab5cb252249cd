import type { BackendName, Precision } from '@albert-web/core/spec';
import { BackendUnavailableError } from './errors.ts';

/** Narrows `wanted` to an available precision. @throws BackendUnavailableError when it is not available */
export function pickPrecision<P extends Precision>(
  backend: BackendName,
  available: readonly P[],
  wanted: Precision,
): P {
  const precision = available.find((each) => each === wanted);
  if (precision) return precision;
  throw new BackendUnavailableError({
    problem: `Backend "${backend}" has no precision ${wanted} on this machine`,
    expected: `It has ${available.join(', ')}`,
    remedy: 'Ask for one of these, or for "auto"',
  });
}
