/** The inputs of the panel: the two sentences, and the number of layers to use. */
import { find, make } from '../shared/dom.ts';
import { examples } from '../shared/examples.ts';
import type { Link } from '../shared/link-state.ts';
import { text } from '../strings/index.ts';

/** Called when users change an input: `now` to compare at once, `soon` to compare when they stop typing. */
export interface ChangeHandlers {
  readonly now: () => void;
  readonly soon: () => void;
}

/** The text boxes. */
export interface PairInputs {
  /** Returns the sentences as typed. */
  read(): readonly [string, string];
}

/** Fills the boxes, and reports changes by users. Changes by a link are reported to its next follower instead. */
export function startSentences(link: Link, { now, soon }: ChangeHandlers): PairInputs {
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
  // Browsers keep typed text across a reload. It takes precedence over the example.
  first.value ||= a;
  second.value ||= b;
  link.follow(({ a = first.value, b = second.value }) => ([first.value, second.value] = [a, b]));
  return { read: () => [first.value, second.value] };
}

/** The number of layers to use. */
export interface DepthControls {
  /** Returns the maximum number of layers. */
  depth(): number;
  /** Whether to stop as soon as the verdict has settled. */
  settles(): boolean;
  /** Adapts to a loaded model with this many layers. */
  fit(layers: number): void;
}

/** Starts the slider and the checkbox below it, which are enabled once there is a model. */
export function startDepthControls(link: Link, { now, soon }: ChangeHandlers): DepthControls {
  const depth = find('depth', HTMLInputElement);
  const settle = find('settle', HTMLInputElement);
  const showDepth = (): void => {
    find('depth-value', HTMLOutputElement).value = text.layers.ofDepth(depth.value, depth.max);
  };
  /** Sets the depth from the link; all layers if the link has no depth or an invalid one. */
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
