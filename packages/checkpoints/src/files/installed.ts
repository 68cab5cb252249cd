/** Models in npm packages: `@albert-web/model-default` registers its files when it is imported. */
import { runsInNode } from '@albert-web/core/runtime';
import { importPackage } from './import-package.ts';
import { NoModelError } from '../errors.ts';

/** The files of a model in a package. Bundlers rename each file, so they share no base URL. */
export interface PackagedModel {
  /** The package's name, for error messages. */
  readonly name: string;
  /** Contents of the small files, by path. */
  readonly texts: Readonly<Record<string, string>>;
  /** URLs of the other files, by path. */
  readonly urls: Readonly<Record<string, string>>;
}

const defaultPackage = '@albert-web/model-default';
/** Shared with the package, which does not import this one. */
const registry = Symbol.for('albert-web.default-model');

/** Returns the model registered by an imported package, if any. */
export function registeredModel(): PackagedModel | undefined {
  return (globalThis as { readonly [registry]?: PackagedModel })[registry];
}

/** Returns the registered model. In Node, imports the package if it is installed. @throws NoModelError if there is none */
export async function installedModel(): Promise<PackagedModel> {
  if (!registeredModel() && runsInNode()) await importPackage(defaultPackage);
  const model = registeredModel();
  if (model) return model;
  throw noModel();
}

/** The error for a page or program without a model. */
export function noModel(): NoModelError {
  const howTo = runsInNode() ? `Run npm install ${defaultPackage}` : `Write import '${defaultPackage}'`;
  return new NoModelError({
    problem: 'load() was given no model',
    remedy:
      `${howTo}, or pass a folder, such as '/models/default/' after npx albert-web copy public/models, ` +
      `or pass a Hub id, such as 'albert/albert-base-v2'`,
  });
}
