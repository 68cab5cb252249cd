/** The log of a run: one line of JSON per step, TensorBoard events, and a plot of the loss curve. */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evaluation, StepReport } from '@albert-web/training';
import * as v from 'valibot';
import { lossCurve } from '../loss-curve.ts';
import { guard } from '../../output/files.ts';
import type { RunFolder } from './folder.ts';
import { EventFile } from '../tensorboard.ts';

const logFile = 'training_log.jsonl';

/** Appends to a run's log. Steps after the initial one are removed, since they will be repeated. */
export class TrainingLog {
  readonly #folder: RunFolder;
  readonly #events: EventFile;
  readonly #reports: StepReport[];

  private constructor(folder: RunFolder, events: EventFile, reports: StepReport[]) {
    this.#folder = folder;
    this.#events = events;
    this.#reports = reports;
  }

  /** Opens the log. @param step the step from which the run continues */
  static async open(folder: RunFolder, step: number): Promise<TrainingLog> {
    const lines = (await folder.readText(logFile))?.split('\n') ?? [];
    const reports = lines.flatMap((line) => parseReport(line)).filter((report) => report.step <= step);
    await folder.writeText(logFile, reports.map((report) => `${JSON.stringify(report)}\n`).join(''));
    const events = await guard(folder.path, () => EventFile.create(folder.path, step));
    return new TrainingLog(folder, events, reports);
  }

  /** Losses of all steps so far. */
  get losses(): number[] {
    return this.#reports.map(({ loss }) => loss);
  }

  async step(report: StepReport): Promise<void> {
    this.#reports.push(report);
    const { loss, learningRate, gradientNorm } = report;
    await guard(this.#folder.path, async () => {
      await appendFile(join(this.#folder.path, logFile), `${JSON.stringify(report)}\n`);
      await this.#events.scalars(report.step, { loss, learning_rate: learningRate, gradient_norm: gradientNorm });
    });
  }

  async evaluation({ step, metrics }: Evaluation): Promise<void> {
    await guard(this.#folder.path, () => this.#events.scalars(step, metrics));
  }

  /** Draws `loss_curve.svg`. */
  async drawCurve(evaluations: readonly Evaluation[]): Promise<void> {
    await this.#folder.writeText('loss_curve.svg', await lossCurve(this.#reports, evaluations));
  }
}

const reportSchema = v.object({
  step: v.pipe(v.number(), v.integer()),
  loss: v.number(),
  learningRate: v.number(),
  gradientNorm: v.number(),
});

/** Skips lines that are incomplete or invalid. */
function parseReport(line: string): StepReport[] {
  try {
    return [v.parse(reportSchema, JSON.parse(line))];
  } catch {
    return [];
  }
}
