import { messageOf } from '@albert-web/errors';
import { missingFile } from './model-files.ts';
import { readStream } from './stream.ts';
import { ReadError, type FileSource, type ReadOptions } from './types.ts';

/** A model under a base URL, with or without a trailing slash. */
export function urlSource(base: URL): FileSource {
  const root = new URL(base);
  if (!root.pathname.endsWith('/')) root.pathname += '/';
  const location = root.href;
  const urlOf = (path: string): URL => new URL(path, root);

  const read = async (path: string, { signal, onBytes, into }: ReadOptions): Promise<Uint8Array<ArrayBuffer>> => {
    const response = await request(urlOf(path), path, location, { signal: signal ?? null });
    if (!response.body) return new Uint8Array();
    try {
      return await readStream(path, response.body, { length: lengthOf(response), signal, onBytes, into });
    } catch (error) {
      throw networkError(urlOf(path), error);
    }
  };

  const size = async (path: string, signal: AbortSignal | undefined): Promise<number | undefined> =>
    lengthOf(await request(urlOf(path), path, location, { method: 'HEAD', signal: signal ?? null }));

  return { location, read, size };
}

async function request(url: URL, path: string, location: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((error: unknown) => {
    throw networkError(url, error);
  });
  if (response.ok && !isPage(response)) return response;
  await response.body?.cancel();
  // Many servers answer 200 and a page for whatever they do not have.
  if (response.ok) throw missingFile(path, location, 'is answered with an HTML page');
  if (response.status === 404 || response.status === 410) throw missingFile(path, location);
  throw new ReadError({
    problem: `${url.href} answers HTTP ${response.status}${response.statusText ? ` ${response.statusText}` : ''}`,
    expected: 'Expected the file',
    remedy:
      response.status === 401 || response.status === 403
        ? 'Check the name of the model, and that it is public'
        : 'Try again later, or load the model from another location',
  });
}

const isPage = (response: Response): boolean => response.headers.get('content-type')?.startsWith('text/html') ?? false;

/** Length of the body as it will be read, which a compressed transfer does not tell. */
function lengthOf(response: Response): number | undefined {
  const length = response.headers.get('content-length');
  if (length === null || !/^\d{1,15}$/u.test(length) || response.headers.has('content-encoding')) return undefined;
  return Number(length);
}

/** What `fetch` throws for anything between here and the server; everything else, an abort included, passes through. */
function networkError(url: URL, error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  return new ReadError(
    {
      problem: `${url.href} could not be fetched: ${messageOf(error)}`,
      remedy: 'Check the address, the connection, and that the server allows this page (CORS)',
    },
    { cause: error },
  );
}
