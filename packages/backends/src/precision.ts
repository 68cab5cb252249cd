import { precisionsOf, type BackendName, type Precision, type PrecisionOf } from '@albert-web/core/spec';
import { BackendUnavailableError } from './errors.ts';

/** Narrows `wanted` to an available precision. @throws BackendUnavailableError if it is not available */
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
    reason: { code: 'precision', wanted, available },
  });
}

/** Narrows `wanted` to a precision of the backend. @throws BackendUnavailableError if it has no such precision */
export function precisionOn<Backend extends BackendName>(backend: Backend, wanted: Precision): PrecisionOf<Backend> {
  return pickPrecision(backend, precisionsOf(backend), wanted);
}
