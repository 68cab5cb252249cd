/** Parses a model's location. The same rules hold in pages, in Node and on the command line. */
import { checkArgument, InvalidArgumentError, type Rule } from '@albert-web/errors';

/** A parsed location: a URL, a path, or a Hub id. */
export type WrittenLocation =
  { readonly kind: 'url'; readonly url: URL } | { readonly kind: 'path'; readonly path: string } | HubLocation;

/** A model on the Hub. */
export interface HubLocation {
  readonly kind: 'hub';
  readonly id: string;
  /** Branch, tag or commit in the URL of the model's page. */
  readonly revision?: string;
}

const location: Rule = {
  expected: "a path, a URL, a Hub id, a list of files, or a package's model",
  accepts: (value) =>
    typeof value === 'string' || (typeof value === 'object' && value !== null && isModelObject(value)),
};

const isModelObject = (value: object): boolean => value instanceof URL || 'urls' in value || Symbol.iterator in value;

/** Rejects values that are not a location, which untyped JavaScript may pass. @throws InvalidArgumentError */
export function checkLocation(value: unknown): void {
  checkArgument('location', value, location);
}

/**
 * Parses a location. URLs (`https:`, `http:`, `file:`, `blob:`, and those of browser extensions) and paths that start with `/`,
 * `./` or `../` are used as they are. Anything else is a Hub id, such as `org/name` or `albert-base-v2`. The URL of a model's page
 * on the Hub also works.
 *
 * @throws InvalidArgumentError for anything else
 */
export function readLocation(text: string): WrittenLocation {
  if (isPath(text)) return { kind: 'path', path: text };
  const page = hubPage(text);
  if (page) return page;
  if (/^(?:https?|file|blob|[\w-]+-extension):/iu.test(text)) return { kind: 'url', url: parseUrl(text) };
  if (/^\w[\w.-]*(?:\/\w[\w.-]*)?$/u.test(text)) return { kind: 'hub', id: text };
  if (/^@[\w.-]+\/[\w.-]+$/u.test(text)) throw packageName(text);
  throw badLocation(
    text,
    'Expected a URL, a path that begins with ./, ../ or /, or a Hub id such as albert/albert-base-v2',
  );
}

/** The error for an npm package, such as `@albert-web/model-default`, in place of a location. */
function packageName(name: string): InvalidArgumentError {
  return new InvalidArgumentError({
    problem: `The model location ${JSON.stringify(name)} is the name of an npm package`,
    expected: 'Expected a URL, a path or a Hub id; or none, for the model of an imported package',
    remedy: `Run npm install ${name}, write import '${name}', and call load() without a location`,
  });
}

/** Parses `https://huggingface.co/org/name`, optionally followed by `/tree/main` or the page of a file. */
function hubPage(text: string): HubLocation | undefined {
  const { id, revision } =
    /^(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co)\/(?<id>\w[\w.-]*\/\w[\w.-]*)(?:\/(?:(?:tree|blob)\/(?<revision>[^/?#]+)(?:\/[^?#]*)?)?)?(?:[?#].*)?$/iu.exec(
      text,
    )?.groups ?? {};
  if (id === undefined) return undefined;
  return { kind: 'hub', id, ...(revision !== undefined && { revision: decodeURIComponent(revision) }) };
}

/** Whether a text is a path. The name of an archive always is. */
export function isPath(text: string): boolean {
  if (isArchive(text)) return !/^[\w-]+:/u.test(text);
  return /^\.{0,2}\//u.test(text) || text === '.' || text === '..';
}

/** Whether a path has the extension of an archive. The original releases are `.tar.gz`. */
export const isArchive = (path: string): boolean => /\.(?:tar|tgz|tar\.gz|zip)$/iu.test(path);

/** @throws InvalidArgumentError for an invalid URL */
export function parseUrl(text: string, base?: string): URL {
  try {
    return new URL(text, base);
  } catch {
    throw badLocation(text, 'Expected a URL');
  }
}

/** The error for an invalid location. */
export function badLocation(location: string, expected: string): InvalidArgumentError {
  return new InvalidArgumentError({
    problem: `The model location is ${JSON.stringify(location)}`,
    expected,
    remedy: 'Correct the location',
  });
}
