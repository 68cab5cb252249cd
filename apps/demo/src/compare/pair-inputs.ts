/** What is judged: the two sentences, and how much of the model they get. */
import { find, make } from '../shared/dom.ts';
import { examples } from '../shared/examples.ts';
import type { Link } from '../shared/link-state.ts';
import { text } from '../strings/index.ts';

/** Told of what people change: to ask at once, or as soon as they stop typing. */
export interface Asking {
  readonly now: () => void;
  readonly soon: () => void;
}

/** The boxes. */
export interface PairInputs {
  /** As they are written. */
  read(): readonly [string, string];
}

/** Fills the boxes, and reports what becomes of them. What a link brings is left to whoever follows it next. */
export function startSentences(link: Link, { now, soon }: Asking): PairInputs {
  const first = find('sentence-a', HTMLTextAreaElement);
  const second = find('sentence-b', HTMLTextAreaElement);
  for (const box of [first, second]) {
    box.addEventListener('input', soon);
    box.addEventListener('paste', ({ clipboardData }) => {
      const room = box.maxLength - box.value.length + (box.selectionEnd - box.selectionStart);
      const pasted = clipboardData?.getData('text').length ?? 0;
      const note = find('paste-note', HTMLElement);
      note.hidden = pasted <= room;
      note.textContent = text.compare.tooLong(box.maxLength);
    });
  }

  for (const { name, a, b } of examples) {
    const chip = make('button', { type: 'button', className: 'chip' }, text.compare.exampleNames[name]);
    chip.addEventListener('click', () => {
      [first.value, second.value] = [a, b];
      now();
    });
    find('examples', HTMLElement).append(chip);
  }

  const [example] = examples;
  const { a = example?.a ?? '', b = example?.b ?? '' } = link.state;
  // Browsers keep what was typed across a reload; that is worth more than the example.
  first.value ||= a;
  second.value ||= b;
  link.follow(({ a = first.value, b = second.value }) => ([first.value, second.value] = [a, b]));
  return { read: () => [first.value, second.value] };
}

/** How many layers a pair goes through. */
export interface Effort {
  /** At most. */
  depth(): number;
  /** Whether to stop as soon as the verdict has settled. */
  settles(): boolean;
  /** There is a model, with so many layers. */
  fit(layers: number): void;
}

/** The slider and the box below it, which can be moved once there is a model. */
export function startEffort(link: Link, { now, soon }: Asking): Effort {
  const depth = find('depth', HTMLInputElement);
  const settle = find('settle', HTMLInputElement);
  const showDepth = (): void => {
    find('depth-value', HTMLOutputElement).value = text.layers.ofDepth(depth.value, depth.max);
  };
  /** As the link has it; all of them where it has none, or none that makes sense. */
  const setDepth = (layers: number): void => {
    depth.max = String(layers);
    depth.value = String(Math.min(Number(link.state.depth ?? layers) || layers, layers));
    showDepth();
  };
  depth.addEventListener('input', () => {
    showDepth();
    link.update({ depth: depth.value === depth.max ? undefined : depth.value });
    soon();
  });

  settle.checked = link.state.settle !== undefined;
  settle.addEventListener('change', () => {
    link.update({ settle: settle.checked ? 'yes' : undefined });
    now();
  });

  link.follow(() => {
    settle.checked = link.state.settle !== undefined;
    if (!depth.disabled) setDepth(Number(depth.max));
  });
  return {
    depth: () => Number(depth.value),
    settles: () => settle.checked,
    fit(layers) {
      setDepth(layers);
      depth.disabled = settle.disabled = false;
    },
  };
}
