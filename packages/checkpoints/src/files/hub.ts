/** Models on the Hugging Face Hub, or on a server with its URL layout. */
import { defaultRetries } from './transfer.ts';
import type { FileSource } from './types.ts';
import { parseUrl } from './location.ts';
import { urlSource, type UrlSource } from './url.ts';
import { MissingFileError, ModelNotFoundError, ReadError } from '../errors.ts';

/** Which Hub to use, and which version of a model. */
export interface HubOptions {
  /** Root of a server with the Hugging Face Hub's URL layout. Default: `https://huggingface.co`. */
  readonly hubUrl?: string | URL | undefined;
  /** Branch, tag or commit of a Hub model. Default: `main`. */
  readonly revision?: string | undefined;
}

/** Creates a source for a Hub model. The first request is not retried, so that an unknown id fails at once. */
export function hubSource(id: string, { hubUrl = 'https://huggingface.co', revision = 'main' }: HubOptions): UrlSource {
  // As in `https://huggingface.co/albert/albert-base-v2/resolve/main/`.
  const url = parseUrl(`${String(hubUrl).replace(/\/$/u, '')}/${id}/resolve/${encodeURIComponent(revision)}/`);
  const withoutRetries = urlSource(url, { ...defaultRetries, attempts: 1 });
  const withRetries = urlSource(url);
  let answered = false;
  const fetch: UrlSource['fetch'] = async (path, options) => {
    try {
      const transferred = await (answered ? withRetries : withoutRetries).fetch(path, options);
      answered = true;
      return transferred;
    } catch (error) {
      if (error instanceof MissingFileError) answered = true;
      throw error;
    }
  };
  return { ...withRetries, fetch, read: async (path, options) => (await fetch(path, options)).bytes };
}

/** Wraps a source so that its errors explain how to write a Hub id and a path. */
export function explainedHub(source: FileSource, id: string): FileSource {
  let found = false;
  const explain = async <T>(reading: Promise<T>): Promise<T> => {
    try {
      const read = await reading;
      found = true;
      return read;
    } catch (error) {
      if (found || !(error instanceof ReadError)) throw error;
      throw notFound(id, error);
    }
  };
  return {
    ...source,
    remedy: remedyFor(id),
    read: (path, options) => explain(source.read(path, options)),
    size: (path, signal) => explain(source.size(path, signal)),
  };
}

function notFound(id: string, cause: ReadError): ModelNotFoundError {
  return new ModelNotFoundError(
    {
      problem: `The Hub has no model ${JSON.stringify(id)}, or cannot be reached. ${cause.message}`,
      expected: 'Expected the id of a public model, such as albert/albert-base-v2',
      remedy: remedyFor(id),
    },
    { cause },
  );
}

const remedyFor = (id: string): string =>
  `Check the id. If it is a folder, write it as a path that begins with ./ or /: "./${id}"`;
