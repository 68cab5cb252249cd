/** Shows the held-out rows before and after training. */
import type { HeldOutResult, LabeledExample, Prediction, RunState, Session } from '@albert-web/training/session';
import { find, make } from '../shared/dom.ts';
import { percent } from '../shared/format.ts';
import { text } from '../strings/index.ts';

/** Maximum number of rows shown. Nobody reads a longer table. */
const shownRows = 200;

/** A held-out row with both predictions. */
export interface Comparison {
  readonly example: LabeledExample;
  readonly before: Prediction;
  readonly after: Prediction;
  readonly change: 'corrected' | 'spoilt' | 'none';
}

/** Combines each row with both predictions. */
export function compare(heldOut: readonly LabeledExample[], before: HeldOutResult, after: HeldOutResult): Comparison[] {
  return heldOut.flatMap((example, index) => {
    const [first, last] = [before.predictions[index], after.predictions[index]];
    if (!first || !last) return [];
    const [was, is] = [first.label === example.label, last.label === example.label];
    const change = was === is ? 'none' : is ? 'corrected' : 'spoilt';
    return [{ example, before: first, after: last, change }];
  });
}

/** Starts the view. */
export function startComparison(session: Session): void {
  const onlyChanges = find('train-only-changes', HTMLInputElement);
  let shown: HeldOutResult | undefined;
  const show = (state: RunState): void => {
    const before = state.evaluations[0];
    const after = state.current ?? state.evaluations.at(-1);
    if (!before || !after || after === shown) return;
    shown = after;
    const comparisons = compare(state.job.heldOut, before, after);
    find('train-comparison', HTMLElement).hidden = false;
    find('train-score', HTMLElement).textContent = scoreOf(comparisons, before, after);
    const rows = comparisons.filter(({ change }) => !onlyChanges.checked || change !== 'none').slice(0, shownRows);
    find('train-comparison-rows', HTMLElement).replaceChildren(...rows.map((row) => rowOf(row, state.job.labels)));
  };
  session.subscribe(show);
  onlyChanges.addEventListener('change', () => {
    shown = undefined;
    if (session.state) show(session.state);
  });
}

function scoreOf(comparisons: readonly Comparison[], before: HeldOutResult, after: HeldOutResult): string {
  const right = (result: HeldOutResult): string =>
    text.train.rightOf(Math.round(result.accuracy * comparisons.length), comparisons.length);
  if (after.step === 0) return text.train.scoreBefore(right(before));
  const number = (change: Comparison['change']): number => comparisons.filter((row) => row.change === change).length;
  return text.train.score(right(before), right(after), after.step, number('corrected'), number('spoilt'));
}

function rowOf({ example, before, after, change }: Comparison, labels: readonly string[]): HTMLElement {
  const answer = ({ label, probability }: Prediction): HTMLElement => {
    const right = label === example.label;
    const cell = make('td', {}, `${right ? '✓' : '✗'} ${labels[label] ?? ''} ${percent(probability)}`);
    cell.dataset['kind'] = right ? 'same' : 'different';
    return cell;
  };
  const sentences = [example.textA, ...(example.textB === undefined ? [] : [example.textB])];
  const row = make(
    'tr',
    {},
    make('td', {}, ...sentences.map((sentence) => make('div', { dir: 'auto' }, sentence))),
    make('td', {}, labels[example.label] ?? ''),
    answer(before),
    answer(after),
  );
  row.dataset['change'] = change;
  return row;
}
