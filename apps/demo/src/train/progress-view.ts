/** Shows a run: its progress, the time left, and two curves. */
import { bestResult, type RunState, type Session } from '@albert-web/training/session';
import { find } from '../shared/dom.ts';
import { aboutTime, decimal, sharePercent } from '../shared/format.ts';
import { text } from '../strings/index.ts';
import { drawingPlace } from '../shared/svg.ts';
import { pointsOf, smooth, type Point } from './curves.ts';
import { drawPlot } from './plot.ts';
import { timeLeft } from './time-left.ts';

/** Starts the view. */
export function startProgress(session: Session): void {
  const places = {
    loss: drawingPlace(find('train-loss', HTMLElement)),
    accuracy: drawingPlace(find('train-accuracy', HTMLElement)),
  };
  let drawing = 0;
  let said = '';
  session.subscribe((state) => {
    find('train-progress', HTMLProgressElement).value = shareDone(state);
    find('train-status', HTMLElement).textContent = statusOf(state);
    // Announced by screen readers at milestones, not at every step.
    const milestone = milestoneOf(state);
    if (milestone !== said) find('train-announcement', HTMLElement).textContent = said = milestone;
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(() => {
      const { loss, accuracy } = plotsOf(session.state ?? state);
      places.loss((width) => drawPlot(loss, width));
      places.accuracy((width) => drawPlot(accuracy, width));
    });
  });
}

function shareDone({ phase, loaded, losses, steps }: RunState): number {
  return phase === 'loading' ? loaded : losses.length / Math.max(steps, 1);
}

/** Describes the state of the run in one line. */
export function statusOf(state: RunState): string {
  const { phase, loaded, losses, steps, durations, backend, current } = state;
  if (phase === 'loading') return loaded < 1 ? text.train.loading(sharePercent(loaded)) : text.train.starting;
  const recent = smooth(losses).at(-1);
  const left = timeLeft(durations, steps);
  const isStill = phase === 'paused' || phase === 'ended';
  const best = bestResult(state);
  const isWorse = isStill && current && best && best.accuracy > current.accuracy;
  return [
    `${whereOf(state)} ${text.train.step(losses.length, steps)}`,
    ...(recent === undefined ? [] : [text.train.lossIs(decimal(recent, 3))]),
    ...(isStill && current ? [text.train.modelAt(current.step)] : []),
    ...(isWorse ? [text.train.betterAt(best.step, sharePercent(best.accuracy))] : []),
    ...(phase === 'ended' ? [] : [left === undefined ? text.train.estimating : text.train.timeLeft(aboutTime(left))]),
    backend,
  ].join(' · ');
}

function whereOf({ phase, error, losses, steps }: RunState): string {
  if (phase !== 'ended') return text.train.phases[phase];
  return error ? text.train.failedAt : losses.length < steps ? text.train.stoppedAt : text.train.doneAt;
}

function milestoneOf(state: RunState): string {
  const { phase, evaluations } = state;
  const last = evaluations.at(-1);
  const score = last ? text.train.milestone(sharePercent(last.accuracy), last.step) : '';
  return phase === 'running' ? score : `${statusOf(state)}. ${score}`;
}

function plotsOf(state: RunState) {
  const { losses, evaluations, steps } = state;
  const heldOut = evaluations.map(({ step, loss }): Point => [step, loss]);
  const accuracies = evaluations.map(({ step, accuracy }): Point => [step, accuracy]);
  const best = bestResult(state);
  const mark = best && ([best.step, best.accuracy] as const);
  const highest = Math.max(0.1, ...losses.filter(Number.isFinite), ...heldOut.map(([, loss]) => loss));
  const latest = (points: readonly Point[], format: (value: number) => string): string =>
    points.length
      ? text.train.fromTo(format(points[0]?.[1] ?? 0), format(points.at(-1)?.[1] ?? 0))
      : text.train.nothingYet;
  const smoothed = pointsOf(smooth(losses));
  const asLoss = (loss: number): string => decimal(loss, 2);
  return {
    loss: {
      label: text.train.plotLoss(latest(smoothed, asLoss), latest(heldOut, asLoss)),
      lines: [
        { kind: 'raw', points: pointsOf(losses) },
        { kind: 'training', points: smoothed },
        { kind: 'held-out', points: heldOut, dots: true },
      ],
      top: highest,
      format: asLoss,
      steps,
    },
    accuracy: {
      label: text.train.plotAccuracy(latest(accuracies, sharePercent)),
      lines: [{ kind: 'held-out', points: accuracies, dots: true }],
      top: 1,
      format: sharePercent,
      steps,
      mark,
    },
  } as const;
}
