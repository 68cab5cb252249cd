/** Which model: its button, the dialog behind it, and folders dropped on the page. */
import { droppedFiles } from './dropped.ts';
import { find } from './dom.ts';
import { keptName, startKeptModels } from './kept-models.ts';
import type { Link, LinkState } from './link-state.ts';
import type { ModelChoice, ModelStore } from './model-store.ts';

/** The model that is served with the page. */
const ownModel = './weights/default/';

/** Shows the model's state on the button, lets people choose another, and loads the one the link names. */
export function startModelDialog(store: ModelStore, link: Link): void {
  const dialog = find('model-dialog', HTMLDialogElement);
  const location = find('model-location', HTMLInputElement);
  const backend = find('model-backend', HTMLSelectElement);
  const precision = find('model-precision', HTMLSelectElement);
  const folder = find('model-folder', HTMLInputElement);
  location.value = link.state.model ?? '';
  backend.value = backendOf(link.state);
  precision.value = precisionOf(link.state);

  const settings = (): Pick<ModelChoice, 'backend' | 'precision'> => ({
    backend: backendOf({ backend: backend.value }),
    precision: precisionOf({ precision: precision.value }),
  });
  const loadFiles = (files: readonly File[]): void => {
    if (files.length === 0) return;
    dialog.close();
    link.update({ model: undefined });
    void store.choose({ ...settings(), name: folderName(files), location: files });
  };

  const openDropped = (files: readonly File[]): void => {
    const [table] = files;
    if (table && files.every(({ name }) => /\.(csv|tsv|txt)$/iu.test(name))) openTable(table);
    else loadFiles(files);
  };

  find('model-button', HTMLButtonElement).addEventListener('click', () => dialog.showModal());
  find('model-cancel', HTMLButtonElement).addEventListener('click', () => dialog.close());
  find('model-form', HTMLFormElement).addEventListener('submit', () => {
    const address = location.value.trim();
    link.update({
      model: address || undefined,
      backend: backend.value === 'auto' ? undefined : backend.value,
      precision: precision.value === 'auto' ? undefined : precision.value,
    });
    void store.choose({ ...settings(), ...named(address) });
  });
  folder.addEventListener('change', () => {
    loadFiles(Array.from(folder.files ?? []));
    folder.value = '';
  });
  startKeptModels((address) => {
    dialog.close();
    location.value = address;
    link.update({ model: address });
    void store.choose({ ...settings(), ...named(address) });
  });
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    if (event.dataTransfer) void droppedFiles(event.dataTransfer).then(openDropped, () => undefined);
  });

  store.subscribe(({ kind, choice }) => {
    find('model-dot', HTMLElement).dataset['state'] = kind;
    const suffix = { loading: ' · loading', ready: '', failed: ' · failed' }[kind];
    find('model-name', HTMLElement).textContent = `${choice.name}${suffix}`;
  });
}

/** A table that was dropped beside its place goes there: it is no model. */
function openTable(file: File): void {
  const input = find('table-file', HTMLInputElement);
  const files = new DataTransfer();
  files.items.add(file);
  input.files = files.files;
  find('tab-table', HTMLButtonElement).click();
  input.dispatchEvent(new Event('change'));
}

/** The model of the link, or the page's own. */
export function linkedChoice(state: LinkState): ModelChoice {
  return { ...named(state.model ?? ''), backend: backendOf(state), precision: precisionOf(state) };
}

/** A model by its address. */
export function named(address: string): Pick<ModelChoice, 'name' | 'location'> {
  if (!address) return { name: 'Default model', location: new URL(ownModel, document.baseURI) };
  const kept = keptName(address);
  if (kept) return { name: kept, location: address };
  const short = address.replace(/\/$/u, '').split('/').slice(-2).join('/');
  return { name: short, location: address };
}

function folderName(files: readonly File[]): string {
  const [first] = files;
  return first?.webkitRelativePath.split('/')[0] || 'Dropped files';
}

const backends = ['auto', 'webgpu', 'webgl', 'wasm', 'cpu'] as const;
const precisions = ['auto', 'f32', 'f16', 'q8'] as const;

const backendOf = ({ backend }: LinkState): (typeof backends)[number] =>
  backends.find((known) => known === backend) ?? 'auto';

const precisionOf = ({ precision }: LinkState): (typeof precisions)[number] =>
  precisions.find((known) => known === precision) ?? 'auto';
