/**
 * Chooses the backend: probe, start, self-check, in the order in which backends are fast, with the reasons kept.
 *
 * GPUs fail in more ways than "not there": adapters that are null, requests that hang, contexts that do not come, and
 * kernels that return wrong numbers in silence. Each candidate therefore has to compute a small model right before it is
 * believed.
 */
import { backendNames, type AlbertConfig, type BackendName, type Head, type Precision } from '@albert-web/core/spec';
import { messageOf } from '@albert-web/errors';
import type { BackendSettings, Rejection, StartedBackend } from './driver.ts';
import { drivers } from './drivers/index.ts';
import { NoBackendError } from './errors.ts';
import { pickPrecision } from './precision.ts';
import { selfCheck } from './self-check/self-check.ts';
import { withTimeout } from './timeout.ts';

/** What to choose from. */
export interface SelectOptions extends BackendSettings {
  /** One backend, used or refused with its reason; or a list in order of preference. Default: all. */
  readonly backend?: BackendName | readonly BackendName[] | 'auto' | undefined;
  /** Default `auto`: q8 where the weights are q8, else the best the backend has. */
  readonly precision?: Precision | 'auto' | undefined;
  /** What the weights are stored as, once it is known: backends start while the first bytes are on their way. */
  readonly storedAs?: Promise<Precision> | undefined;
  /** The model that will run: its kernels compile while its weights are on their way. */
  readonly model?: { readonly config: AlbertConfig; readonly head: Head } | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The backend in use, and why not another. */
export interface BackendChoice {
  readonly chosen: BackendName;
  readonly precision: Precision;
  readonly started: StartedBackend;
  readonly rejected: readonly Rejection[];
}

/**
 * Starts the first backend that is there, real, and right. tfjs's current backend stays what it was.
 *
 * An emulated GPU is passed over while something else runs, unless it was asked for by name.
 *
 * @throws NoBackendError with every reason, what `storedAs` rejects with, or the signal's reason.
 */
export async function selectBackend(options: SelectOptions = {}): Promise<BackendChoice> {
  const { backend = 'auto', precision = 'auto', model, signal, probeTimeout = 5000 } = options;
  const candidates = backend === 'auto' ? backendNames : typeof backend === 'string' ? [backend] : backend;
  const rejected: Rejection[] = [];
  // May fail while a backend starts, with nobody waiting for it yet.
  options.storedAs?.catch(() => undefined);
  for (const candidate of candidates) {
    signal?.throwIfAborted();
    const attempt = new AbortController();
    const reject = (error: unknown): void => {
      attempt.abort();
      rejected.push({ backend: candidate, why: messageOf(error) });
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
    // What fails here is the model's files, and no other backend would read them.
    const wanted = precision === 'auto' ? await preferred(started, options) : precision;
    try {
      const chosen = pickPrecision(candidate, started.precisions, wanted);
      // What does not compile is told by the executor, which asks for the same.
      if (model) started.compile?.(model.config, model.head, chosen).catch(() => undefined);
      const factor = started.emulated ? emulatedTimeoutFactor : 1;
      await withTimeout(selfCheck(started, chosen), factor * probeTimeout, `the self-check of ${candidate}`);
      return { chosen: candidate, precision: chosen, started, rejected };
    } catch (error) {
      reject(error);
    }
  }
  throw new NoBackendError(rejected);
}

/**
 * Starting fetches code and `.wasm` files, beside a model's shards and over networks of any speed. What can hang without a
 * network, the request for a GPU, has the time limit itself in the driver.
 */
const startTimeoutFactor = 12;

/** An emulated GPU, taken because it was asked for by name, compiles slowly without hanging. */
const emulatedTimeoutFactor = 12;

/** Weights that were rounded to 8 bits gain nothing from wider arithmetic. */
async function preferred({ precisions }: StartedBackend, { storedAs }: SelectOptions): Promise<Precision> {
  const [best = 'f32'] = precisions;
  return (await storedAs) === 'q8' && precisions.includes('q8') ? 'q8' : best;
}
