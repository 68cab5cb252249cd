/** What a model's location means when it is written as text: the one rule for pages, Node and the command line. */
import { checkArgument, InvalidArgumentError, type Rule } from '@albert-web/errors';

/** A location as it was written: an address, a path, or the name of a model on the Hub. */
export type WrittenLocation =
  { readonly kind: 'url'; readonly url: URL } | { readonly kind: 'path'; readonly path: string } | HubLocation;

/** A model on the Hub. */
export interface HubLocation {
  readonly kind: 'hub';
  readonly id: string;
  /** What the address of a page names: a branch, tag or commit. */
  readonly revision?: string;
}

const location: Rule = {
  expected: "a path, a URL, a Hub id, a list of files, or a package's model",
  accepts: (value) =>
    typeof value === 'string' || (typeof value === 'object' && value !== null && isModelObject(value)),
};

const isModelObject = (value: object): boolean => value instanceof URL || 'urls' in value || Symbol.iterator in value;

/** Refuses what is no location at all, as JavaScript may pass it. @throws InvalidArgumentError */
export function checkLocation(value: unknown): void {
  checkArgument('location', value, location);
}

/**
 * Reads a location. URLs (`https:`, `http:`, `file:`, `blob:`, and those of browser extensions) and texts that begin with `/`,
 * `./` or `../` say where the model is. Anything else is a Hub id: `org/name`, or `albert-base-v2`. The address of a model's page
 * on the Hub, as a browser shows it, means the model.
 *
 * @throws InvalidArgumentError when it is none of these.
 */
export function readLocation(text: string): WrittenLocation {
  if (isPath(text)) return { kind: 'path', path: text };
  const page = hubPage(text);
  if (page) return page;
  if (/^(?:https?|file|blob|[\w-]+-extension):/iu.test(text)) return { kind: 'url', url: parseUrl(text) };
  if (/^\w[\w.-]*(?:\/\w[\w.-]*)?$/u.test(text)) return { kind: 'hub', id: text };
  throw badLocation(
    text,
    'Expected a URL, a path that begins with ./, ../ or /, or a Hub id such as albert/albert-base-v2',
  );
}

/** `https://huggingface.co/org/name`, with or without `/tree/main` or a file's page behind it. */
function hubPage(text: string): HubLocation | undefined {
  const { id, revision } =
    /^(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co)\/(?<id>\w[\w.-]*\/\w[\w.-]*)(?:\/(?:(?:tree|blob)\/(?<revision>[^/?#]+)(?:\/[^?#]*)?)?)?(?:[?#].*)?$/iu.exec(
      text,
    )?.groups ?? {};
  if (id === undefined) return undefined;
  return { kind: 'hub', id, ...(revision !== undefined && { revision: decodeURIComponent(revision) }) };
}

/** Whether a text is a path, relative to the page or to the working directory; the name of an archive always is. */
export function isPath(text: string): boolean {
  if (isArchive(text)) return !/^[\w-]+:/u.test(text);
  return /^\.{0,2}\//u.test(text) || text === '.' || text === '..';
}

/** Whether a path ends as archives do; the original releases are `.tar.gz`. */
export const isArchive = (path: string): boolean => /\.(?:tar|tgz|tar\.gz|zip)$/iu.test(path);

/** @throws InvalidArgumentError when it is no URL. */
export function parseUrl(text: string, base?: string): URL {
  try {
    return new URL(text, base);
  } catch {
    throw badLocation(text, 'Expected a URL');
  }
}

/** The error of a location that leads nowhere. */
export function badLocation(location: string, expected: string): InvalidArgumentError {
  return new InvalidArgumentError({
    problem: `The model location is ${JSON.stringify(location)}`,
    expected,
    remedy: 'Correct the location',
  });
}
