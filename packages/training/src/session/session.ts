/** The page's side of a run: what state it is in, what was measured, and what can be asked of it. */
import { installErrorTransfer, sendLocation, workerFailure } from '@albert-web/boundary';
import { installedModel } from '@albert-web/checkpoints';
import { proxy, wrap, type Remote } from 'comlink';
import type { HeldOutResult, SavedFile, SavedPrecision, TrainingEvent, TrainingHost, TrainingJob } from './protocol.ts';
import { startTrainingWorker } from './training-worker.ts';

/** `pausing`: asked to, but a step is still being computed. */
export type Phase = 'loading' | 'running' | 'pausing' | 'paused' | 'ended';

/** What is known of a run. */
export interface RunState {
  readonly phase: Phase;
  readonly job: TrainingJob;
  /** From 0 to 1, of the model's files. */
  readonly loaded: number;
  readonly backend: string;
  readonly steps: number;
  /** Of every step done. */
  readonly losses: readonly number[];
  /** Milliseconds of every step done. */
  readonly durations: readonly number[];
  /** The first is of the model as it was before. */
  readonly evaluations: readonly HeldOutResult[];
  /** The evaluation whose weights the model has now, unless it was trained on since. */
  readonly current: HeldOutResult | undefined;
  /** Why it ended before its time. */
  readonly error: unknown;
}

interface Connection {
  readonly remote: Remote<TrainingHost>;
  readonly failed: Promise<never>;
  readonly close: () => void;
}

/** One run at a time: a new one ends the one before. */
export class Session {
  readonly #listeners: ((state: RunState) => void)[] = [];
  #state: RunState | undefined;
  #connection: Promise<Connection> | undefined;

  /** What the run is doing now; undefined before it starts. */
  get state(): RunState | undefined {
    return this.#state;
  }

  /** Called at every change. */
  subscribe(listener: (state: RunState) => void): void {
    this.#listeners.push(listener);
  }

  /** Never rejects: what goes wrong is part of the state. */
  async start(job: TrainingJob): Promise<void> {
    this.dispose();
    const connection = connect();
    this.#connection = connection;
    this.#state = {
      phase: 'loading',
      job,
      loaded: 0,
      backend: '',
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

  /** Stops after the current step; the model stays as it is then. */
  async stop(): Promise<void> {
    await (await this.#connection)?.remote.stop();
  }

  /** Goes back to the weights of the best evaluation. */
  async restoreBest(): Promise<void> {
    await (await this.#connection)?.remote.restoreBest();
  }

  /** The trained model as files, in the given precision. */
  async save(precision: SavedPrecision): Promise<readonly SavedFile[]> {
    const connection = await this.#connection;
    return connection ? Promise.race([connection.remote.save(precision), connection.failed]) : [];
  }

  /** Ends the worker. A run that is still going on is not told of any more. */
  dispose(): void {
    // A worker that could not start has nothing to end.
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
        return this.#change({ phase: 'running', backend: event.backend, steps: event.steps });
      case 'step':
        return this.#change({
          losses: [...losses, event.loss],
          durations: [...durations, event.milliseconds],
          current: undefined,
        });
      case 'evaluation':
        return this.#change({ evaluations: [...evaluations, event], current: event });
      case 'paused':
        // Going on may have been asked for meanwhile.
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

/** The evaluation to go back to. */
export function bestResult({ evaluations }: Pick<RunState, 'evaluations'>): HeldOutResult | undefined {
  return evaluations.findLast(({ best }) => best);
}

async function connect(): Promise<Connection> {
  installErrorTransfer();
  const worker = await startTrainingWorker();
  const failed = workerFailure(worker, 'Expected the script of the training worker to be served');
  return { remote: wrap<TrainingHost>(worker), failed, close: () => worker.terminate() };
}
