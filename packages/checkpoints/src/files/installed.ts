/** The model that an npm package brings: `@albert-web/model-default` registers its files when it is imported. */
import { importPackage } from './import-package.ts';
import { runsInNode } from './runtime.ts';
import { NoModelError } from '../errors.ts';

/** The files of a model in a package. Bundlers give each a name of its own, so that they share no base URL. */
export interface PackagedModel {
  /** The package's name, for messages. */
  readonly name: string;
  /** Settings, as the module carries them. */
  readonly texts: Readonly<Record<string, string>>;
  /** Where the other files are, by their paths in the model. */
  readonly urls: Readonly<Record<string, string>>;
}

const defaultPackage = '@albert-web/model-default';
/** Shared with the package, which imports nothing of ours. */
const registry = Symbol.for('albert-web.default-model');

/** The model of the package that was imported; undefined where none was. */
export function registeredModel(): PackagedModel | undefined {
  return (globalThis as { readonly [registry]?: PackagedModel })[registry];
}

/** The same; in Node the package is imported where it is installed. @throws NoModelError where there is none. */
export async function installedModel(): Promise<PackagedModel> {
  if (!registeredModel() && runsInNode()) await importPackage(defaultPackage);
  const model = registeredModel();
  if (model) return model;
  throw noModel();
}

/** The error of a page or program without a model. */
export function noModel(): NoModelError {
  const howTo = runsInNode() ? `Run npm install ${defaultPackage}` : `Write import '${defaultPackage}'`;
  return new NoModelError({
    problem: 'load() was given no model',
    remedy:
      `${howTo}, or pass a folder, such as '/models/default/' after npx albert-web copy public/models, ` +
      `or pass a Hub id, such as 'albert/albert-base-v2'`,
  });
}
