/** The tasks that the loaded model has a head for; the tab is there only when there are any. */
import { find, make } from './dom.ts';
import { parseLink } from './link-state.ts';
import type { ModelStore } from './model-store.ts';
import { rankedItem } from './rank.ts';
import { comparesSentences, formsOf, type TaskForm } from './task-forms.ts';

/** Starts the panel. */
export function startTasks(store: ModelStore): void {
  store.subscribe((state) => {
    if (state.kind === 'loading') return;
    const forms = state.kind === 'ready' ? formsOf(state.info) : [];
    const tab = find('tab-tasks', HTMLButtonElement);
    tab.hidden = forms.length === 0;
    if (forms.length > 0) {
      showForms(store, forms);
      // A link may name this tab, which nobody could open before; and a model may be good for nothing else.
      const linked = parseLink(location.hash).tab === 'tasks';
      if (linked || (state.kind === 'ready' && !comparesSentences(state.info))) tab.click();
    } else if (tab.getAttribute('aria-selected') === 'true') find('tab-compare', HTMLButtonElement).click();
  });
}

function showForms(store: ModelStore, forms: readonly TaskForm[]): void {
  const form = find('task-form', HTMLFormElement);
  form.replaceChildren(
    ...forms.map(({ name, fields, run }) => {
      const boxes = fields.map(({ value, rows }) => make('textarea', { value, rows, autocomplete: 'off' }));
      const button = make('button', { type: 'button', className: 'primary' }, name);
      button.addEventListener('click', () => {
        void answer(store, (model) =>
          run(
            model,
            boxes.map(({ value }) => value),
          ),
        );
      });
      const labelled = boxes.map((box, index) => {
        box.id = `task-${name}-${index}`.replaceAll(' ', '-');
        const label = make('label', { htmlFor: box.id }, fields[index]?.label ?? '');
        return make('div', { className: 'field' }, label, box);
      });
      return make('div', { className: 'stack' }, ...labelled, make('div', { className: 'row' }, button));
    }),
  );
  showAnswer([], 'The answer appears here.');
}

async function answer(store: ModelStore, ask: (model: Parameters<TaskForm['run']>[0]) => ReturnType<TaskForm['run']>) {
  if (store.state?.kind !== 'ready') return;
  try {
    const lines = await ask(store.state.model);
    showAnswer(
      lines.map(({ text, share, number }) => rankedItem(text, share, number)),
      '',
    );
  } catch (error) {
    showAnswer([], error instanceof Error ? error.message : String(error));
  }
}

function showAnswer(items: readonly HTMLElement[], note: string): void {
  find('task-result', HTMLElement).replaceChildren(...items);
  const empty = find('task-empty', HTMLElement);
  empty.textContent = note;
  empty.hidden = note === '';
}
