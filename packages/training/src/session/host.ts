/** The worker's side of training. */
import { receiveLocation } from '@albert-web/boundary';
import { openModel, optionalFiles, weightReader, type LoadProgress } from '@albert-web/checkpoints';
import { AlbertModel, readConfig, softmax } from '@albert-web/core';
import { DisposedError } from '@albert-web/errors';
import { workersEnded } from '@albert-web/kernels';
import { readTokenizer, readTokenizerFiles } from '@albert-web/tokenizer';
import { withLabels } from '../checkpoint/head-config.ts';
import { withInitialWeights } from '../checkpoint/initial-weights.ts';
import { openEncoder } from '../checkpoint/open-encoder.ts';
import { writeModelFiles, type FolderFiles } from '../checkpoint/model-files.ts';
import { classifierBatch, classifierFeature, rowsOfStep, type ClassifierFeature } from '../data/features.ts';
import { DivergedError } from '../errors.ts';
import { classifierMetrics, predictClassifier } from '../evaluate.ts';
import { argMax } from '../metrics/arg-max.ts';
import { isBest, run, Snapshot, type Evaluation } from '../run.ts';
import { Trainer } from '../trainer.ts';
import { Gate } from './gate.ts';
import { planSteps } from './plan.ts';
import type { SavedFile, SavedPrecision, SentTrainingJob, TrainingEvent, TrainingHost } from './protocol.ts';
import { startBackend } from './start-backend.ts';

/** Maximum tokens of a row, as usual for GLUE. Longer texts are truncated. */
const maxTokens = 128;

/** Ranks by accuracy, then by loss. */
const rankOf = (accuracy: number, loss: number): number => accuracy - 1e-6 * loss;

/** The parts of a run, once loaded. */
interface Parts {
  readonly trainer: Trainer;
  readonly tokenizerFiles: FolderFiles;
  readonly train: readonly ClassifierFeature[];
  readonly heldOut: readonly ClassifierFeature[];
}

/** Trains one model. */
export class Host implements TrainingHost {
  readonly #gate = new Gate();
  #stopped = false;
  #parts: Parts | undefined;
  #onEvent: Parameters<TrainingHost['train']>[1] = () => undefined;
  #lastHeard: Promise<void> = Promise.resolve();
  #best: { readonly step: number; readonly snapshot: Snapshot } | undefined;

  async train(job: SentTrainingJob, onEvent: Parameters<TrainingHost['train']>[1]): Promise<void> {
    this.#onEvent = onEvent;
    try {
      await this.#train(job);
    } finally {
      // Events and the result use different ports. The events must arrive first.
      await this.#lastHeard;
    }
  }

  pause(): void {
    this.#gate.close();
  }

  resume(): void {
    this.#gate.open();
  }

  stop(): void {
    this.#stopped = true;
    this.#gate.open();
  }

  restoreBest(): void {
    if (!this.#best) return;
    this.#best.snapshot.restore(this.#loaded().trainer.model);
    this.#emit({ type: 'restored', step: this.#best.step });
  }

  async save(precision: SavedPrecision): Promise<readonly SavedFile[]> {
    const { trainer, tokenizerFiles } = this.#loaded();
    return [...(await writeModelFiles(trainer.model, precision)), ...tokenizerFiles];
  }

  async dispose(): Promise<void> {
    this.stop();
    this.#parts?.trainer.dispose();
    await workersEnded();
  }

  async #train(job: SentTrainingJob): Promise<void> {
    const { settings } = job;
    const plan = planSteps(job.train.length, settings);
    const parts = await this.#load(job, plan);
    this.#parts = parts;
    const { trainer } = parts;
    const evaluations: Evaluation[] = [await this.#evaluate(0, [])];
    let last = performance.now();
    try {
      for await (const event of run(trainer, {
        ...plan,
        saveEvery: plan.evaluateEvery,
        keyMetric: 'rank',
        batchesOf: (step) => {
          const rows = rowsOfStep(parts.train.length, plan.batchSize, step, settings.seed);
          return [
            classifierBatch(
              rows.flatMap((row) => parts.train[row] ?? []),
              'classes',
            ),
          ];
        },
      })) {
        if (event.type === 'checkpoint') {
          evaluations.push(await this.#evaluate(event.step, evaluations));
          continue;
        }
        const { step, loss } = event;
        this.#emit({ type: 'step', step, loss, milliseconds: performance.now() - last });
        await this.#gate.pass(() => this.#emit({ type: 'paused' }));
        last = performance.now();
        if (this.#stopped) break;
      }
    } catch (error) {
      if (error instanceof DivergedError) this.restoreBest();
      throw error;
    }
    if (evaluations.at(-1)?.step !== trainer.step) await this.#evaluate(trainer.step, evaluations);
  }

  async #load(job: SentTrainingJob, { steps, warmupSteps }: { steps: number; warmupSteps: number }): Promise<Parts> {
    const { settings, backends, wasmFiles, labels } = job;
    const onProgress = (progress: LoadProgress): void => this.#emit({ type: 'loading', progress });
    const [model, backend] = await Promise.all([
      openEncoder(await openModel(receiveLocation(job.location)), { onProgress }),
      startBackend(backends, wasmFiles),
    ]);
    const optional = optionalFiles(model.files);
    const [tokenizer, tokenizerFiles] = await Promise.all([readTokenizer(optional), readTokenizerFiles(optional)]);
    const config = withLabels(readConfig(model.config), labels);
    const head = 'sequence_classification';
    const weights = withInitialWeights(config, head, weightReader(model.checkpoint), settings.seed);
    const trainer = await Trainer.create(AlbertModel.load(config, weights, head), {
      schedule: { learningRate: settings.learningRate, steps, warmupSteps },
      seed: settings.seed,
      freeze: settings.freeze,
    });
    const length = Math.min(maxTokens, config.max_position_embeddings);
    const [train, heldOut] = [job.train, job.heldOut].map((examples) =>
      examples.map((example) => classifierFeature(tokenizer, example, length)),
    ) as [ClassifierFeature[], ClassifierFeature[]];
    this.#emit({ type: 'started', backend, threads: trainer.threads, steps });
    return { trainer, tokenizerFiles, train, heldOut };
  }

  /** Evaluates the held-out rows, reports them to the page, and keeps the weights if they are the best so far. */
  async #evaluate(step: number, earlier: readonly Evaluation[]): Promise<Evaluation> {
    const { trainer, heldOut } = this.#loaded();
    const logits = await predictClassifier(trainer, heldOut, 16);
    const labels = heldOut.map(({ label }) => label);
    const { eval_accuracy: accuracy = NaN, eval_loss: loss = NaN } = classifierMetrics(logits, labels);
    const metrics = { rank: rankOf(accuracy, loss) };
    const best = isBest(metrics, earlier, 'rank');
    if (best) this.#best = { step, snapshot: await Snapshot.take(trainer.model) };
    const predictions = logits.map((row) => {
      const label = argMax(row);
      return { label, probability: softmax(row)[label] ?? NaN };
    });
    this.#emit({ type: 'evaluation', step, accuracy, loss, best, predictions });
    return { step, metrics, best };
  }

  #emit(event: TrainingEvent): void {
    this.#lastHeard = Promise.resolve(this.#onEvent(event));
  }

  /** @throws DisposedError */
  #loaded(): Parts {
    if (!this.#parts) throw new DisposedError('the training');
    return this.#parts;
  }
}
