/** Choosing a model: its button, the dialog, and folders dropped on the page. */
import { backendNames, backends, precisionNames, precisions } from '@albert-web/core/spec';
import { droppedFiles, holdsFiles } from '../shared/files.ts';
import { find, make } from '../shared/dom.ts';
import { startCatalog } from './catalog-list.ts';
import { startKeptModels } from './kept-models.ts';
import type { Link } from '../shared/link-state.ts';
import {
  isTable,
  linkOf,
  linkedChoice,
  named,
  openedFolder,
  settingsOf,
  type ModelChoice,
  type RunSettings,
} from './model-choice.ts';
import { text } from '../strings/index.ts';
import type { ModelStore } from './model-store.ts';
import { showOpenError } from './notice.ts';

/**
 * Shows the model's state on the button, lets users choose another, and follows links that name one.
 *
 * @param openTable opens a table that was dropped outside its drop area
 */
export function startModelDialog(store: ModelStore, link: Link, openTable: (file: File) => Promise<void>): void {
  const dialog = find('model-dialog', HTMLDialogElement);
  const location = find('model-location', HTMLInputElement);
  const backend = find('model-backend', HTMLSelectElement);
  const precision = find('model-precision', HTMLSelectElement);
  const folder = find('model-folder', HTMLInputElement);
  let shown: ModelChoice | undefined;

  backend.append(...backendNames.map((name) => new Option(backends[name].label, name)));
  precision.append(...precisionNames.map((name) => new Option(text.precisionName(precisions[name]), name)));

  const fill = (choice: ModelChoice): void => {
    shown = choice;
    location.value = linkOf(choice).model ?? '';
    ({ backend: backend.value, precision: precision.value } = choice);
  };
  const written = (): RunSettings => settingsOf({ backend: backend.value, precision: precision.value });
  const choose = (choice: ModelChoice): void => {
    dialog.close();
    // Texts for one model's tasks do not fit another's.
    link.update({ ...linkOf(choice), fields: undefined });
    void store.choose(choice);
  };
  const openFolder = (files: readonly File[], { backend, precision }: RunSettings): void => {
    if (files.length === 0) return;
    try {
      choose({ backend, precision, ...openedFolder(files) });
    } catch (error) {
      dialog.close();
      showOpenError(error);
    }
  };
  const openDropped = async (data: DataTransfer): Promise<void> => {
    try {
      const files = await droppedFiles(data);
      const [table] = files;
      if (!table || !isTable(files)) return openFolder(files, shown ?? settingsOf({}));
      find('tab-table', HTMLButtonElement).click();
      await openTable(table);
    } catch (error) {
      showOpenError(error);
    }
  };

  find('model-button', HTMLButtonElement).addEventListener('click', () => {
    // Discard an address that was typed earlier but not loaded.
    if (store.state) fill(store.state.choice);
    void showCatalog(store.state?.choice.location);
    dialog.showModal();
  });
  find('model-cancel', HTMLButtonElement).addEventListener('click', () => dialog.close());
  find('model-form', HTMLFormElement).addEventListener('submit', () => {
    choose({ ...written(), ...named(location.value.trim()) });
  });
  folder.addEventListener('change', () => {
    openFolder(Array.from(folder.files ?? []), written());
    folder.value = '';
  });
  const showCatalog = startCatalog((address) => choose({ ...written(), ...named(address) }));
  startKeptModels((address) => choose({ ...written(), ...named(address) }));
  document.addEventListener('dragover', (event) => {
    if (event.dataTransfer && holdsFiles(event.dataTransfer)) event.preventDefault();
  });
  document.addEventListener('drop', (event) => {
    // Leave dragged text to the browser.
    if (!event.dataTransfer || !holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    void openDropped(event.dataTransfer);
  });

  store.subscribe(({ kind, choice }) => {
    if (choice !== shown) fill(choice);
    find('model-dot', HTMLElement).dataset['state'] = kind;
    const name = make('span', { className: 'name' }, `${choice.name} · `);
    const said = kind === 'ready' ? [choice.name] : [name, text.model.states[kind]];
    find('model-name', HTMLElement).replaceChildren(...said);
  });
  link.follow((state, before) => {
    const isOther = (['model', 'backend', 'precision'] as const).some((key) => state[key] !== before[key]);
    if (isOther) void store.choose(linkedChoice(state));
  });
}
