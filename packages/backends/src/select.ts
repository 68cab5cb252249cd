/**
 * Selects a backend: probes, starts and self-checks the candidates, fastest first, and records why each was rejected.
 *
 * A GPU can fail in many ways: a null adapter, a request that hangs, a missing context, or kernels that silently return wrong
 * numbers. So each candidate must first compute a small model correctly.
 */
import {
  backendNames,
  storedFormats,
  type AlbertConfig,
  type BackendName,
  type Head,
  type Precision,
  type StoredFormat,
} from '@albert-web/core/spec';
import { messageOf } from '@albert-web/errors';
import { WasmStartError, workersEnded as terminatedWorkersEnded } from '@albert-web/kernels';
import type { BackendSettings, Rejection, StartedBackend } from './driver.ts';
import { drivers } from './drivers/index.ts';
import { BackendUnavailableError, NoBackendError } from './errors.ts';
import { pickPrecision } from './precision.ts';
import { selfCheck } from './self-check/self-check.ts';
import { withTimeout } from './timeout.ts';

/** Options of {@link selectBackend}. */
export interface SelectOptions extends BackendSettings {
  /** A single backend, or several in order of preference. Default: all. */
  readonly backend?: BackendName | readonly BackendName[] | 'auto' | undefined;
  /** Default `auto`: the precision that `storedFormats` has for `storedAs` if the backend has it, else its most exact one. */
  readonly precision?: Precision | 'auto' | undefined;
  /** How most of the weights are stored. A promise, because backends start while the weights are still downloading. */
  readonly storedAs?: Promise<StoredFormat> | undefined;
  /** The model to run. Its kernels compile while its weights are downloading. A promise, like `storedAs`. */
  readonly model?: Promise<{ readonly config: AlbertConfig; readonly head: Head }> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The selected backend, and why others were rejected. */
export interface BackendChoice {
  readonly chosen: BackendName;
  readonly precision: Precision;
  readonly started: StartedBackend;
  readonly rejected: readonly Rejection[];
}

/**
 * Starts the first backend that is available and passes the self-check. tfjs's current backend does not change.
 *
 * An emulated GPU is skipped unless it is the only backend allowed.
 *
 * @throws NoBackendError with every reason, what `storedAs` or `model` rejects with, or the signal's reason.
 */
export function selectBackend(options: SelectOptions = {}): Promise<BackendChoice> {
  const selection = select(options);
  const ended: Promise<unknown> = selection.catch(() => undefined).finally(() => selections.delete(ended));
  selections.add(ended);
  return selection;
}

/** Selections that have not ended, also those whose caller has given up. */
const selections = new Set<Promise<unknown>>();

/** Milliseconds to wait for a selection, in which a GPU may hang. */
const endTimeout = 5000;

/**
 * Resolves when no selection is running and every terminated worker has exited. A self-check has workers of its own, and
 * continues after its caller has given up.
 */
export async function workersEnded(): Promise<void> {
  await withTimeout(Promise.all(selections), endTimeout, 'ending').catch(() => undefined);
  await terminatedWorkersEnded();
}

async function select(options: SelectOptions): Promise<BackendChoice> {
  const { backend = 'auto', precision = 'auto', signal, probeTimeout = 5000 } = options;
  const candidates = backend === 'auto' ? backendNames : typeof backend === 'string' ? [backend] : backend;
  const rejected: Rejection[] = [];
  // They may reject while a backend is starting, before anything awaits them.
  for (const known of [options.storedAs, options.model]) known?.catch(() => undefined);
  for (const candidate of candidates) {
    signal?.throwIfAborted();
    const attempt = new AbortController();
    const reject = (error: unknown): void => {
      attempt.abort();
      const isKnown = error instanceof BackendUnavailableError || error instanceof WasmStartError;
      const reason = isKnown ? error.reason : undefined;
      rejected.push({ backend: candidate, why: messageOf(error), reason });
    };
    let started: StartedBackend;
    try {
      const driver = await drivers[candidate]();
      const starting = driver.start(options, candidates.length === 1, attempt.signal);
      started = await withTimeout(starting, startTimeoutFactor * probeTimeout, `starting ${candidate}`);
    } catch (error) {
      reject(error);
      continue;
    }
    // A failure here is in the model's files, so trying another backend would not help.
    const model = await options.model;
    const format = await options.storedAs;
    const wanted = precision === 'auto' ? preferred(started, format) : precision;
    try {
      const chosen = pickPrecision(candidate, started.precisions, wanted);
      const storedAs = format ?? 'f32';
      // Compile errors are reported by the executor, which needs the same kernels.
      if (model) started.compile?.({ ...model, precision: chosen, storedAs }).catch(() => undefined);
      const checking = selfCheck(started, { precision: chosen, storedAs, config: model?.config });
      const factor = started.emulated ? emulatedTimeoutFactor : 1;
      await withTimeout(checking, factor * probeTimeout, `the self-check of ${candidate}`);
      return { chosen: candidate, precision: chosen, started, rejected };
    } catch (error) {
      reject(error);
    }
  }
  throw new NoBackendError(rejected);
}

/**
 * Starting a backend downloads code and `.wasm` files, competing with the model's shards on a possibly slow network. GPU
 * requests, which can hang without a network, have their own time limit in the driver.
 */
const startTimeoutFactor = 12;

/** An emulated GPU compiles slowly, but it does not hang. */
const emulatedTimeoutFactor = 12;

/** Returns the precision for the stored format if the backend has it: int8 weights gain nothing from a higher one. */
function preferred({ precisions }: StartedBackend, format: StoredFormat | undefined): Precision {
  const [best = 'f32'] = precisions;
  const stored = format && storedFormats[format].precision;
  return stored && precisions.includes(stored) ? stored : best;
}
