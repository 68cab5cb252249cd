import type { BackendName, Precision } from '@albert-web/core/spec';
import { BackendUnavailableError } from './errors.ts';

/** The precision wanted, as one of those that there are. @throws BackendUnavailableError when it is not among them */
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
