/** Converts between models, their addresses in links, and lists of files. */
import { backendNames, precisionNames, type BackendName, type Precision } from '@albert-web/core/spec';
import type { ModelLocation } from 'albert-web';
import { text } from '../strings/index.ts';
import { catalog } from './catalog.ts';
import { keptName } from './kept-models.ts';
import type { LinkState } from '../shared/link-state.ts';
import { NotAModelError } from './errors.ts';

/** Returns the URL of the model that is served with the page. */
export const ownModel = (): URL => new URL('./weights/default/', document.baseURI);

/** Settings for running a model. */
export interface RunSettings {
  readonly backend: BackendName | 'auto';
  readonly precision: Precision | 'auto';
}

/** A model that the user chose. */
export interface ModelChoice extends RunSettings {
  /** Display name. */
  readonly name: string;
  readonly location: ModelLocation;
}

/** Returns the model in the link, or the page's own. */
export function linkedChoice(state: LinkState): ModelChoice {
  return { ...named(state.model ?? ''), ...settingsOf(state) };
}

/** Returns the link state for a choice. Local files cannot be linked. */
export function linkOf({ location, backend, precision }: ModelChoice): LinkState {
  return {
    model: typeof location === 'string' ? location : undefined,
    backend: backend === 'auto' ? undefined : backend,
    precision: precision === 'auto' ? undefined : precision,
  };
}

/** Parses the settings. Unknown names become `auto`. */
export function settingsOf({ backend, precision }: Pick<LinkState, 'backend' | 'precision'>): RunSettings {
  return {
    backend: backendNames.find((known) => known === backend) ?? 'auto',
    precision: precisionNames.find((known) => known === precision) ?? 'auto',
  };
}

/** Returns the model with an address. */
export function named(address: string): Pick<ModelChoice, 'name' | 'location'> {
  if (!address) return { name: text.model.default, location: ownModel() };
  const known = catalog.find((model) => model.address === address)?.name ?? keptName(address);
  if (known) return { name: known, location: address };
  const short = address.replace(/\/$/u, '').split('/').slice(-2).join('/');
  return { name: short, location: address };
}

/** Opens a local folder as a model. @throws NotAModelError for files without a configuration and without weights */
export function openedFolder(files: readonly File[]): Pick<ModelChoice, 'name' | 'location'> {
  if (!files.some(({ name }) => /^config\.json$|\.safetensors$/u.test(name))) {
    const names = files.slice(0, 3).map(({ name }) => name);
    throw new NotAModelError(names.join(', '));
  }
  const [first] = files;
  return { name: first?.webkitRelativePath.split('/')[0] || text.model.droppedFiles, location: files };
}

/** Whether the files are a single table, which is not a model. */
export function isTable(files: readonly File[]): boolean {
  return files.length === 1 && files.every(({ name }) => /\.(csv|tsv|txt)$/iu.test(name));
}
