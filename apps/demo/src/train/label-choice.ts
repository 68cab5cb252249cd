/** Which labels are learned, and which of two means "the same". */
import { isUnnamed, labelRole } from '@albert-web/core/spec';
import { find, make } from '../shared/dom.ts';
import { text } from '../strings/index.ts';

/** Labels with a box; nobody can train on a column with more of them, but may look at one. */
const shownLabels = 50;

/** What stands in the columns that are picked. */
export interface FoundLabels {
  /** Rows of each label. */
  readonly counts: ReadonlyMap<string, number>;
  /** Whether the rows are pairs. */
  readonly isPair: boolean;
}

/** The choice. */
export interface LabelChoice {
  show(): void;
  /** Shows other labels; all of them are wanted. */
  restart(): void;
  /** The labels that are wanted, in the order of their classes, and the names of these classes. */
  read(): { readonly labels: readonly string[]; readonly classes: readonly string[] };
}

/** Prepares the choice. @param found asked whenever it is shown or read. @param changed told when somebody chooses. */
export function startLabels(found: () => FoundLabels, changed: () => void): LabelChoice {
  const positive = find('train-positive', HTMLSelectElement);
  const unwanted = new Set<string>();

  const wanted = (): { readonly names: readonly string[]; readonly isVerdict: boolean } => {
    const { counts, isPair } = found();
    const names = [...counts.keys()].filter((label) => !unwanted.has(label));
    // Only of a pair with two classes can it be asked which of them means "the same".
    return { names, isVerdict: isPair && names.length === 2 };
  };
  const showPositive = (): void => {
    const { names, isVerdict } = wanted();
    find('train-positive-field', HTMLElement).hidden = !isVerdict;
    const before = positive.value;
    positive.replaceChildren(...names.map((name) => make('option', { value: name }, name)));
    positive.value = names.includes(before) ? before : (names.find(meansSame) ?? names.at(-1) ?? '');
  };
  const boxOf = ([label, rows]: readonly [string, number]): HTMLElement => {
    const box = make('input', { type: 'checkbox', checked: !unwanted.has(label) });
    box.addEventListener('change', () => {
      if (box.checked) unwanted.delete(label);
      else unwanted.add(label);
      showPositive();
      changed();
    });
    return make('label', { className: 'check' }, box, text.train.labelRows(label, rows));
  };
  const show = (): void => {
    const labels = [...found().counts];
    const more = labels.length - shownLabels;
    find('train-labels', HTMLElement).replaceChildren(
      ...labels.slice(0, shownLabels).map(boxOf),
      ...(more > 0 ? [make('span', { className: 'hint' }, text.train.moreLabels(more))] : []),
    );
    showPositive();
  };
  positive.addEventListener('change', changed);

  return {
    show,
    restart() {
      unwanted.clear();
      show();
    },
    read() {
      const { names, isVerdict } = wanted();
      if (!isVerdict) return { labels: names, classes: names };
      // Class 1 is the one that means "the same", as in GLUE.
      const labels = [...names.filter((name) => name !== positive.value), positive.value];
      return { labels, classes: verdictNames(labels) };
    },
  };
}

const meansSame = (label: string): boolean => labelRole(label) === 'same' || /^(1|yes|true|entailment)$/iu.test(label);

/** Names of the classes of a verdict, the second of them "the same". What names like "yes" mean, no page could tell later. */
function verdictNames(labels: readonly string[]): readonly string[] {
  const [, same = ''] = labels;
  return labelRole(same) === 'same' || labels.every(isUnnamed) ? labels : ['not_paraphrase', 'paraphrase'];
}
