/** Models by their addresses, in links and in lists of files. */
import { backendNames, precisionNames, type BackendName, type Precision } from '@albert-web/core/spec';
import type { ModelLocation } from 'albert-web';
import { text } from '../strings/index.ts';
import { catalog } from './catalog.ts';
import { keptName } from './kept-models.ts';
import type { LinkState } from '../shared/link-state.ts';
import { NotAModelError } from './errors.ts';

/** The address of the model that is served with the page. */
export const ownModel = (): URL => new URL('./weights/default/', document.baseURI);

/** How a model is to run. */
export interface RunSettings {
  readonly backend: BackendName | 'auto';
  readonly precision: Precision | 'auto';
}

/** A model somebody chose. */
export interface ModelChoice extends RunSettings {
  /** For people. */
  readonly name: string;
  readonly location: ModelLocation;
}

/** The model of the link, or the page's own. */
export function linkedChoice(state: LinkState): ModelChoice {
  return { ...named(state.model ?? ''), ...settingsOf(state) };
}

/** What the link says of a choice; files of this machine go into no link. */
export function linkOf({ location, backend, precision }: ModelChoice): LinkState {
  return {
    model: typeof location === 'string' ? location : undefined,
    backend: backend === 'auto' ? undefined : backend,
    precision: precision === 'auto' ? undefined : precision,
  };
}

/** Settings by their names; what is unknown is left to the script. */
export function settingsOf({ backend, precision }: Pick<LinkState, 'backend' | 'precision'>): RunSettings {
  return {
    backend: backendNames.find((known) => known === backend) ?? 'auto',
    precision: precisionNames.find((known) => known === precision) ?? 'auto',
  };
}

/** A model by its address. */
export function named(address: string): Pick<ModelChoice, 'name' | 'location'> {
  if (!address) return { name: text.model.default, location: ownModel() };
  const known = catalog.find((model) => model.address === address)?.name ?? keptName(address);
  if (known) return { name: known, location: address };
  const short = address.replace(/\/$/u, '').split('/').slice(-2).join('/');
  return { name: short, location: address };
}

/** A folder of this machine as a model. @throws NotAModelError for files without a configuration and without weights. */
export function openedFolder(files: readonly File[]): Pick<ModelChoice, 'name' | 'location'> {
  if (!files.some(({ name }) => /^config\.json$|\.safetensors$/u.test(name))) {
    const names = files.slice(0, 3).map(({ name }) => name);
    throw new NotAModelError(names.join(', '));
  }
  const [first] = files;
  return { name: first?.webkitRelativePath.split('/')[0] || text.model.droppedFiles, location: files };
}

/** Whether it is one file of rows, which is no model. */
export function isTable(files: readonly File[]): boolean {
  return files.length === 1 && files.every(({ name }) => /\.(csv|tsv|txt)$/iu.test(name));
}
