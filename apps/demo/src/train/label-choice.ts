/** The choice of labels to learn, and of the one of two that means "the same". */
import { isUnnamed, labelRole } from '@albert-web/core/spec';
import { find, make } from '../shared/dom.ts';
import { text } from '../strings/index.ts';

/** Maximum number of labels with a checkbox. Columns with more cannot be used for training, but can be selected. */
const shownLabels = 50;

/** The labels found in the selected columns. */
export interface FoundLabels {
  /** Number of rows of each label. */
  readonly counts: ReadonlyMap<string, number>;
  /** Whether the rows are pairs. */
  readonly isPair: boolean;
}

/** The interface of the choice. */
export interface LabelChoice {
  show(): void;
  /** Shows new labels, all of them selected. */
  restart(): void;
  /** Returns the selected labels in the order of their classes, and the names of these classes. */
  read(): { readonly labels: readonly string[]; readonly classes: readonly string[] };
}

/** Prepares the choice. @param found returns the labels whenever it is shown or read @param changed called on every change */
export function startLabels(found: () => FoundLabels, changed: () => void): LabelChoice {
  const positive = find('train-positive', HTMLSelectElement);
  const unwanted = new Set<string>();

  const wanted = (): { readonly names: readonly string[]; readonly isVerdict: boolean } => {
    const { counts, isPair } = found();
    const names = [...counts.keys()].filter((label) => !unwanted.has(label));
    // Only with pairs and two classes can one of them mean "the same".
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
      // As in GLUE, class 1 means "the same".
      const labels = [...names.filter((name) => name !== positive.value), positive.value];
      return { labels, classes: verdictNames(labels) };
    },
  };
}

const meansSame = (label: string): boolean => labelRole(label) === 'same' || /^(1|yes|true|entailment)$/iu.test(label);

/** Returns names for two classes, of which the second means "the same". Replaces names like "yes", which do not tell that. */
function verdictNames(labels: readonly string[]): readonly string[] {
  const [, same = ''] = labels;
  return labelRole(same) === 'same' || labels.every(isUnnamed) ? labels : ['not_paraphrase', 'paraphrase'];
}
