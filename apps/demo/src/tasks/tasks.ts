/** The tasks that the loaded model has a head for; the tab is there only when there are any. */
import { messageOf } from '@albert-web/errors';
import type { Model } from 'albert-web';
import { button, debounce, find, make } from '../shared/dom.ts';
import { parseLink, type Link } from '../shared/link-state.ts';
import type { ModelStore } from '../models/model-store.ts';
import { rankedItem } from '../list/rank.ts';
import { comparesSentences, formsOf, type AnswerLine, type TaskForm } from './task-forms.ts';

/** Starts the panel. */
export function startTasks(store: ModelStore, link: Link): void {
  store.subscribe((state) => {
    if (state.kind === 'loading') return;
    const forms = state.kind === 'ready' ? formsOf(state.info) : [];
    const tab = find('tab-tasks', HTMLButtonElement);
    tab.hidden = forms.length === 0;
    if (forms.length > 0) {
      showForms(store, link, forms);
      // A link may name this tab, which nobody could open before; and a model may be good for nothing else.
      const linked = parseLink(location.hash).tab === 'tasks';
      if (linked || (state.kind === 'ready' && !comparesSentences(state.info))) tab.click();
    } else if (tab.getAttribute('aria-selected') === 'true') find('tab-compare', HTMLButtonElement).click();
  });
}

/** Milliseconds without a keystroke before the link is brought up to date. */
const typingPause = 300;

function showForms(store: ModelStore, link: Link, forms: readonly TaskForm[]): void {
  const all: HTMLTextAreaElement[] = [];
  const parts = forms.map(({ name, fields, run }) => {
    const boxes = fields.map(({ value, rows }) => make('textarea', { value, rows, autocomplete: 'off' }));
    all.push(...boxes);
    const start = button(
      name,
      () =>
        void answer(store, (model) =>
          run(
            model,
            boxes.map(({ value }) => value),
          ),
        ),
    );
    start.className = 'primary';
    const labeled = boxes.map((box, index) => {
      box.id = `task-${name}-${index}`.replaceAll(' ', '-');
      const label = make('label', { htmlFor: box.id }, fields[index]?.label ?? '');
      return make('div', { className: 'field' }, label, box);
    });
    return make('div', { className: 'stack' }, ...labeled, make('div', { className: 'row' }, start));
  });
  find('task-form', HTMLFormElement).replaceChildren(...parts);
  keepInLink(link, all);
  showAnswer([], 'The answer appears here.');
}

/** Fills the fields from a link to just such ones, and brings the link up to date as they are written in. */
function keepInLink(link: Link, boxes: readonly HTMLTextAreaElement[]): void {
  const written = (): string => JSON.stringify(boxes.map(({ value }) => value));
  const examples = written();
  const linked = parseFields(link.state.fields);
  if (linked.length === boxes.length) boxes.forEach((box, index) => (box.value = linked[index] ?? ''));
  const update = debounce(() => {
    // Another model's fields may have taken their place.
    if (boxes.some(({ isConnected }) => !isConnected)) return;
    link.update({ fields: written() === examples ? undefined : written() });
  }, typingPause);
  for (const box of boxes) box.addEventListener('input', update);
}

/** Anybody can write a link: what is no array of texts counts as none. */
function parseFields(json = '[]'): readonly string[] {
  try {
    const fields: unknown = JSON.parse(json);
    return Array.isArray(fields) && fields.every((field) => typeof field === 'string') ? fields : [];
  } catch {
    return [];
  }
}

/** One question at a time, so that an answer is that of the button pressed last. */
async function answer(store: ModelStore, ask: (model: Model) => Promise<AnswerLine[]>): Promise<void> {
  if (store.state?.kind !== 'ready') return;
  const { model } = store.state;
  setBusy(true);
  try {
    const lines = await ask(model);
    if (!store.has(model)) return;
    showAnswer(
      lines.map(({ text, share, number }) => rankedItem(text, share, number)),
      lines.length === 0 ? 'There is no answer.' : '',
    );
  } catch (error) {
    if (store.has(model)) showAnswer([], messageOf(error));
  } finally {
    setBusy(false);
  }
}

function setBusy(busy: boolean): void {
  for (const start of find('task-form', HTMLFormElement).querySelectorAll('button')) start.disabled = busy;
  find('task-answer', HTMLElement).ariaBusy = String(busy);
  if (busy) showAnswer([], 'Being answered …');
}

function showAnswer(items: readonly HTMLElement[], note: string): void {
  find('task-result', HTMLElement).replaceChildren(...items);
  const empty = find('task-empty', HTMLElement);
  empty.textContent = note;
  empty.hidden = note === '';
}
