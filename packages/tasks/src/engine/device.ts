/** Supports `device` and `dtype`, transformers.js's names for the backend and the precision. */
import {
  backendNames,
  backends,
  precisionNames,
  precisions,
  type BackendName,
  type Precision,
} from '@albert-web/core/spec';
import { InvalidArgumentError } from '@albert-web/errors';

/** Each setting under both names. If both are given, they must agree. */
export interface Placement {
  /** One backend, or several in order of preference. Default `auto`: the fastest that works. */
  readonly backend?: BackendName | readonly BackendName[] | 'auto' | undefined;
  /** Arithmetic of the encoder. Default `auto`. */
  readonly precision?: Precision | 'auto' | undefined;
  /** transformers.js's name for `backend`. `gpu` and `cpu` stand for the backends on that processor, best first. */
  readonly device?: Device | undefined;
  /** transformers.js's name for `precision`: `fp32`, `fp16`, `q8`. */
  readonly dtype?: Dtype | undefined;
}

/** The devices of transformers.js that are supported here, and the backends. */
export type Device = BackendName | 'auto' | 'gpu' | 'cpu';

/** A precision, by its name in transformers.js. */
export type Dtype = (typeof precisions)[Precision]['dtype'] | 'auto';

/** Every device. */
export const deviceNames: readonly Device[] = [...new Set<Device>(['auto', 'gpu', 'cpu', ...backendNames])];

/** Every dtype. */
export const dtypeNames: readonly Dtype[] = ['auto', ...precisionNames.map((name) => precisions[name].dtype)];

/** Returns backend and precision, whichever names were used. @throws InvalidArgumentError when two names disagree */
export function readPlacement({
  backend,
  precision,
  device,
  dtype,
}: Placement): Pick<Placement, 'backend' | 'precision'> {
  const onProcessor = backendNames.filter((name) => backends[name].device === device);
  const fromDevice = device === 'gpu' || device === 'cpu' ? onProcessor : device;
  const fromDtype = precisionNames.find((name) => precisions[name].dtype === dtype) ?? (dtype && 'auto');
  return {
    backend: agreeing(['backend', backend], ['device', fromDevice]),
    precision: agreeing(['precision', precision], ['dtype', fromDtype]),
  };
}

function agreeing<T>(
  [name, value]: readonly [string, T | undefined],
  [other, same]: readonly [string, T | undefined],
): T | undefined {
  if (value === undefined || same === undefined || String(value) === String(same)) return value ?? same;
  throw new InvalidArgumentError({
    problem: `${name} is ${JSON.stringify(value)}, and ${other} asks for ${JSON.stringify(same)}`,
    expected: 'Expected them to agree: they are two names for the same option',
    remedy: `Leave ${other} out`,
  });
}
