/** The panel for the other tasks of the loaded model. Its tab is shown only if there are any. */
import { visibleText } from 'albert-web';
import { button, debounce, find, make } from '../shared/dom.ts';
import { parseLink, type Link } from '../shared/link-state.ts';
import type { ModelStore } from '../models/model-store.ts';
import { Answer } from '../shared/answer.ts';
import { problemLine } from '../shared/problem.ts';
import { rankedItem } from '../shared/ranking.ts';
import { readingOf } from '../shared/reading.ts';
import { text } from '../strings/index.ts';
import { comparesSentences, formsOf, type TaskForm } from './task-forms.ts';

/** Tabs that need a model that compares sentences. */
const comparing = ['tab-compare', 'tab-rank', 'tab-table'] as const;

/** Starts the panel, and shows only the tabs that the model supports. */
export function startTasks(store: ModelStore, link: Link): void {
  const answer = new Answer([find('task-answer', HTMLElement)], () => showAnswer([], text.tasks.empty));
  store.subscribe((state) => {
    answer.clear();
    if (state.kind === 'loading') return;
    const forms = state.kind === 'ready' ? formsOf(state.info) : [];
    const compares = state.kind !== 'ready' || comparesSentences(state.info);
    const tab = find('tab-tasks', HTMLButtonElement);
    tab.hidden = forms.length === 0;
    for (const id of comparing) find(id, HTMLButtonElement).hidden = !compares && forms.length > 0;
    if (forms.length > 0) {
      showForms(store, link, forms, answer);
      // A link may name this tab, which could not be opened before. Or the model may support nothing else.
      const linked = parseLink(location.hash).tab;
      if (linked === 'tasks' || (!compares && linked !== 'train')) tab.click();
    } else if (tab.getAttribute('aria-selected') === 'true') find('tab-compare', HTMLButtonElement).click();
  });
}

/** Milliseconds after the last keystroke before the link is updated. */
const typingPause = 300;

function showForms(store: ModelStore, link: Link, forms: readonly TaskForm[], answer: Answer): void {
  const all: HTMLTextAreaElement[] = [];
  const parts = forms.map((form) => {
    const boxes = form.fields.map(({ value, rows }) =>
      make('textarea', { value, rows, autocomplete: 'off', dir: 'auto' }),
    );
    all.push(...boxes);
    const start = button(form.name, () => {
      const values = boxes.map(({ value }) => visibleText(value));
      void run(store, answer, form, values);
    });
    start.className = 'primary';
    const labeled = boxes.map((box, index) => {
      box.id = `task-${form.name}-${index}`.replaceAll(' ', '-');
      box.addEventListener('input', () => answer.invalidate());
      const label = make('label', { htmlFor: box.id }, form.fields[index]?.label ?? '');
      return make('div', { className: 'field' }, label, box);
    });
    return make('div', { className: 'stack' }, ...labeled, make('div', { className: 'row' }, start));
  });
  find('task-form', HTMLFormElement).replaceChildren(...parts);
  keepInLink(link, all);
}

/** Fills the fields from the link if it has as many, and updates the link when users type. */
function keepInLink(link: Link, boxes: readonly HTMLTextAreaElement[]): void {
  const written = (): string => JSON.stringify(boxes.map(({ value }) => value));
  const examples = written();
  const linked = parseFields(link.state.fields);
  if (linked.length === boxes.length) boxes.forEach((box, index) => (box.value = linked[index] ?? ''));
  const update = debounce(() => {
    // They may have been replaced by another model's fields.
    if (boxes.some(({ isConnected }) => !isConnected)) return;
    link.update({ fields: written() === examples ? undefined : written() });
  }, typingPause);
  for (const box of boxes) box.addEventListener('input', update);
}

/** Parses the fields of a link. Links can contain anything, so anything but an array of texts counts as none. */
function parseFields(json = '[]'): readonly string[] {
  try {
    const fields: unknown = JSON.parse(json);
    return Array.isArray(fields) && fields.every((field) => typeof field === 'string') ? fields : [];
  } catch {
    return [];
  }
}

/** Runs a task. Only one runs at a time, so the result is that of the button pressed last. */
async function run(store: ModelStore, answer: Answer, form: TaskForm, values: readonly string[]): Promise<void> {
  const { state } = store;
  if (state?.kind !== 'ready') return;
  await answer.run(
    async (signal) => {
      showAnswer([], text.tasks.running);
      const lines = await form.run(state.model, values, signal);
      const { cut, unread } = await readingOf(state.model, form.inputs(values));
      signal.throwIfAborted();
      if (unread > 0) return showAnswer([], text.tasks.unreadable);
      const notes = [
        ...(lines.length === 0 ? [text.tasks.none] : []),
        ...(cut > 0 && !form.inParts ? [text.tasks.cut] : []),
      ];
      showAnswer(
        lines.map(({ text: line, share, number }) => rankedItem(line, share, number)),
        notes.join(' '),
      );
    },
    (error) => showAnswer([], problemLine(error)),
  );
}

function showAnswer(items: readonly HTMLElement[], note: Node | string): void {
  find('task-result', HTMLElement).replaceChildren(...items);
  const empty = find('task-empty', HTMLElement);
  empty.replaceChildren(note);
  empty.hidden = note === '';
}
