/** The page's side of a run: its state, its measurements, and its controls. */
import { installErrorTransfer, sendLocation, workerFailure } from '@albert-web/boundary';
import { installedModel } from '@albert-web/checkpoints';
import { proxy, wrap, type Remote } from 'comlink';
import type { HeldOutResult, SavedFile, SavedPrecision, TrainingEvent, TrainingHost, TrainingJob } from './protocol.ts';
import { startTrainingWorker } from './training-worker.ts';

/** `pausing`: waiting for the current step to finish. */
export type Phase = 'loading' | 'running' | 'pausing' | 'paused' | 'ended';

/** The state of a run. */
export interface RunState {
  readonly phase: Phase;
  readonly job: TrainingJob;
  /** Progress of loading the model, from 0 to 1. */
  readonly loaded: number;
  readonly backend: string;
  /** Number of threads that compute a step; 0 until training starts. */
  readonly threads: number;
  readonly steps: number;
  /** Loss of every completed step. */
  readonly losses: readonly number[];
  /** Milliseconds of every completed step. */
  readonly durations: readonly number[];
  /** The first evaluation is from before training. */
  readonly evaluations: readonly HeldOutResult[];
  /** The evaluation of the current weights; undefined if training has continued since. */
  readonly current: HeldOutResult | undefined;
  /** The reason if it failed. */
  readonly error: unknown;
}

interface Connection {
  readonly remote: Remote<TrainingHost>;
  readonly failed: Promise<never>;
  readonly close: () => void;
}

/** Manages one run at a time. Starting another one ends it. */
export class Session {
  readonly #listeners: ((state: RunState) => void)[] = [];
  #state: RunState | undefined;
  #connection: Promise<Connection> | undefined;

  /** The current state; undefined before the start. */
  get state(): RunState | undefined {
    return this.#state;
  }

  /** Registers a listener for every change. */
  subscribe(listener: (state: RunState) => void): void {
    this.#listeners.push(listener);
  }

  /** Starts a run. Never rejects: errors are part of the state. */
  async start(job: TrainingJob): Promise<void> {
    this.dispose();
    const connection = connect();
    this.#connection = connection;
    this.#state = {
      phase: 'loading',
      job,
      loaded: 0,
      backend: '',
      threads: 0,
      steps: 0,
      losses: [],
      durations: [],
      evaluations: [],
      current: undefined,
      error: undefined,
    };
    this.#change({});
    const take = (event: TrainingEvent): void => {
      if (this.#connection === connection) this.#take(event);
    };
    try {
      const location = sendLocation(job.location ?? (await installedModel()));
      const { remote, failed } = await connection;
      await Promise.race([remote.train({ ...job, location }, proxy(take)), failed]);
      if (this.#connection === connection) this.#change({ phase: 'ended' });
    } catch (error) {
      if (this.#connection === connection) this.#change({ phase: 'ended', error });
    }
  }

  /** Pauses after the current step. */
  async pause(): Promise<void> {
    this.#change({ phase: 'pausing' });
    await (await this.#connection)?.remote.pause();
  }

  /** Continues a paused run. */
  async resume(): Promise<void> {
    this.#change({ phase: 'running', current: undefined });
    await (await this.#connection)?.remote.resume();
  }

  /** Stops after the current step and keeps the weights. */
  async stop(): Promise<void> {
    await (await this.#connection)?.remote.stop();
  }

  /** Restores the weights of the best evaluation. */
  async restoreBest(): Promise<void> {
    await (await this.#connection)?.remote.restoreBest();
  }

  /** Saves the trained model to files in the given precision. */
  async save(precision: SavedPrecision): Promise<readonly SavedFile[]> {
    const connection = await this.#connection;
    return connection ? Promise.race([connection.remote.save(precision), connection.failed]) : [];
  }

  /** Terminates the worker after the current step. There are no further events of its run. */
  dispose(): void {
    // A worker that failed to start needs no cleanup.
    this.#connection?.then(
      ({ close }) => close(),
      () => undefined,
    );
    this.#connection = undefined;
  }

  #take(event: TrainingEvent): void {
    const { losses = [], durations = [], evaluations = [], phase = 'loading' } = this.#state ?? {};
    switch (event.type) {
      case 'loading':
        return this.#change({ loaded: event.progress.loaded / event.progress.total });
      case 'started':
        return this.#change({ phase: 'running', backend: event.backend, threads: event.threads, steps: event.steps });
      case 'step':
        return this.#change({
          losses: [...losses, event.loss],
          durations: [...durations, event.milliseconds],
          current: undefined,
        });
      case 'evaluation':
        return this.#change({ evaluations: [...evaluations, event], current: event });
      case 'paused':
        // `resume` may have been called in the meantime.
        return this.#change({ phase: phase === 'pausing' ? 'paused' : phase });
      case 'restored':
        return this.#change({ current: evaluations.find(({ step }) => step === event.step) });
    }
  }

  #change(changes: Partial<RunState>): void {
    if (!this.#state) return;
    this.#state = { ...this.#state, ...changes };
    for (const listener of this.#listeners) listener(this.#state);
  }
}

/** Returns the best evaluation. */
export function bestResult({ evaluations }: Pick<RunState, 'evaluations'>): HeldOutResult | undefined {
  return evaluations.findLast(({ best }) => best);
}

async function connect(): Promise<Connection> {
  installErrorTransfer();
  const worker = await startTrainingWorker();
  const failed = workerFailure(worker, 'Expected the script of the training worker to be served');
  const remote = wrap<TrainingHost>(worker);
  // Threads must end before the worker that started them: see `ending.ts` of `packages/kernels`.
  const close = (): void =>
    void Promise.race([remote.dispose(), failed]).then(
      () => worker.terminate(),
      () => worker.terminate(),
    );
  return { remote, failed, close };
}
