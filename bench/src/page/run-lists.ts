/** The two lists of runs: one selects the run to show, the other the run to compare it with. */
import type { Report } from '../report/report.ts';
import { find } from './elements.ts';
import { savedRuns, type KnownRun } from './saved.ts';

export interface RunLists {
  /** The run to show; undefined for the current run of this page. */
  readonly shown: () => KnownRun | undefined;
  /** The run to compare with; undefined for none. */
  readonly other: () => KnownRun | undefined;
  /** Reads the runs saved in this browser again. */
  readonly refresh: () => void;
  /** Adds runs from elsewhere to the lists. */
  readonly add: (runs: readonly KnownRun[]) => void;
  /** Adds a run from elsewhere, and selects it. */
  readonly show: (run: KnownRun) => void;
  /** Selects the current run of this page; does not call `onChange`. */
  readonly showOwn: () => void;
}

/** @param onChange called when the selection changes */
export function startRunLists(onChange: () => void): RunLists {
  const shown = find('#shown', HTMLSelectElement);
  const other = find('#other', HTMLSelectElement);
  let elsewhere: readonly KnownRun[] = [];
  let listed: readonly KnownRun[] = [];
  const chosenIn = ({ value }: HTMLSelectElement): KnownRun | undefined => listed[Number(value || -1)];
  const refresh = (): void => {
    const [keptShown, keptOther] = [chosenIn(shown), chosenIn(other)];
    listed = [...savedRuns(), ...elsewhere];
    fillList(shown, 'this run', listed, keptShown?.report);
    fillList(other, 'no other run', listed, keptOther?.report);
  };
  const add = (runs: readonly KnownRun[]): void => {
    elsewhere = [...elsewhere, ...runs];
    refresh();
  };
  refresh();
  for (const select of [shown, other]) select.addEventListener('change', onChange);
  return {
    shown: () => chosenIn(shown),
    other: () => chosenIn(other),
    refresh,
    add,
    show: (run) => {
      add([run]);
      shown.value = String(listed.indexOf(run));
      onChange();
    },
    showOwn: () => void (shown.value = ''),
  };
}

/** Fills a list, and keeps its selection. */
function fillList(
  select: HTMLSelectElement,
  none: string,
  runs: readonly KnownRun[],
  chosen: Report | undefined,
): void {
  const groups = [...new Set(runs.map(({ group }) => group))].map((label) => {
    const group = Object.assign(document.createElement('optgroup'), { label });
    group.append(...runs.flatMap((run, index) => (run.group === label ? [new Option(run.name, String(index))] : [])));
    return group;
  });
  select.replaceChildren(new Option(none, ''), ...groups);
  const index = runs.findIndex(({ report }) => report.date === chosen?.date);
  select.value = index < 0 ? '' : String(index);
}
