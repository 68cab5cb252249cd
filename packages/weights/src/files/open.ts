import { InvalidArgumentError } from '@albert-web/errors';
import { fileListSource } from './file-list.ts';
import { folderSource, isFolder, runsInNode } from './folder.ts';
import { modelFiles } from './model-files.ts';
import type { FileSource, ModelFiles } from './types.ts';
import { urlSource } from './url.ts';

/** Where a model can be: a folder (Node), a base URL, a Hub id `org/name`, or files a user dropped. */
export type ModelLocation = string | URL | Iterable<File>;

/** How to reach a model's files. */
export interface OpenOptions {
  /** Root of a server with the Hugging Face Hub's URL layout. Default: `https://huggingface.co`. */
  readonly hubUrl?: string | URL;
  /** Branch, tag or commit of a Hub model. Default: `main`. */
  readonly revision?: string;
}

/**
 * Opens a model; nothing is read yet.
 *
 * A string is, in this order: a URL (`https://…`, `file:…`); in Node, a folder that exists; a path relative to the page
 * (`/models/x`, `./x`); a Hub id (`org/name`, or `albert-base-v2`).
 *
 * @throws InvalidArgumentError when the location is none of these.
 */
export async function openModel(location: ModelLocation, options: OpenOptions = {}): Promise<ModelFiles> {
  return modelFiles(await sourceOf(location, options));
}

async function sourceOf(location: ModelLocation, options: OpenOptions): Promise<FileSource> {
  if (typeof location !== 'string') {
    return location instanceof URL ? sourceOfUrl(location) : fileListSource(location);
  }
  if (/^(?:https?|file|blob):/iu.test(location)) return sourceOfUrl(parseUrl(location));
  if (await isFolder(location)) return folderSource(location);
  if (/^\.{0,2}\//u.test(location)) {
    if (runsInNode()) throw badLocation(location, 'an existing folder');
    return urlSource(parseUrl(location, globalThis.location.href));
  }
  return urlSource(hubUrl(location, options));
}

async function sourceOfUrl(url: URL): Promise<FileSource> {
  if (url.protocol !== 'file:') return urlSource(url);
  const { fileURLToPath } = await import('node:url');
  return folderSource(fileURLToPath(url));
}

/** `https://huggingface.co/albert/albert-base-v2/resolve/main/`: the Hub's layout. */
function hubUrl(id: string, { hubUrl = 'https://huggingface.co', revision = 'main' }: OpenOptions): URL {
  if (!/^[\w][\w.-]*(?:\/[\w][\w.-]*)?$/u.test(id)) {
    throw badLocation(id, 'a URL, a folder, or a Hub id such as "albert/albert-base-v2"');
  }
  return parseUrl(`${String(hubUrl).replace(/\/$/u, '')}/${id}/resolve/${encodeURIComponent(revision)}/`);
}

function parseUrl(text: string, base?: string): URL {
  try {
    return new URL(text, base);
  } catch {
    throw badLocation(text, 'a URL');
  }
}

function badLocation(location: string, expected: string): InvalidArgumentError {
  return new InvalidArgumentError({
    problem: `The model location is ${JSON.stringify(location)}`,
    expected: `Expected ${expected}`,
    remedy: 'Correct the location',
  });
}
