/** Downloads a file over HTTP: retries with exponential backoff, resumes where the transfer broke off, and verifies. */
import { messageOf } from '@albert-web/errors';
import { missingFile } from './model-files.ts';
import { servedAsPage } from './stand-in.ts';
import { readStream, StreamBuffer, reusingReader } from './stream.ts';
import type { ReadOptions } from './types.ts';
import { verifyFile, wrongSize } from './verify.ts';
import { IntegrityError, ReadError } from '../errors.ts';

/** Retry settings. */
export interface Retries {
  /** Number of attempts without progress before a transient failure is final. */
  readonly attempts: number;
  /** Milliseconds before the second attempt. Doubles each time, with 25% jitter. */
  readonly pause: number;
  /** Milliseconds without data after which a connection counts as broken. */
  readonly stall: number;
}

/** Survives a server restart or a change of network, and gives up on a dead server after about half a minute. */
export const defaultRetries: Retries = { attempts: 5, pause: 500, stall: 30_000 };

/** What to fetch, and its name in error messages. */
export interface Target {
  readonly url: URL;
  readonly path: string;
  readonly location: string;
}

/** A file and its version. */
export interface Transferred {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** ETag or Last-Modified; undefined if the server sends neither. */
  readonly version: string | undefined;
}

/**
 * Fetches a file. A broken transfer is resumed with `Range` if the server still has the same version. It starts over if the
 * version has changed, or if the server responds with the whole file or the wrong part. It retries as long as it makes progress.
 *
 * @throws MissingFileError, ReadError, IntegrityError, FileTooLargeError, what `options.check` throws, or the abort reason.
 */
export async function transfer(target: Target, options: ReadOptions, retries = defaultRetries): Promise<Transferred> {
  let partial: PartialDownload | undefined;
  let mismatches = 0;
  let furthest = 0;
  let failures = 0;
  let lastEnd: number | undefined;
  for (;;) {
    try {
      partial = await attemptTransfer(
        target,
        options,
        retries,
        partial,
        mismatches > 0,
        (started) => (partial = started),
      );
      // A body that ends at the same place twice is complete: the length was that of its compressed form.
      const whole = partial.buffer.complete || (lastEnd === partial.buffer.loaded && partial.buffer.settle());
      lastEnd = partial.buffer.loaded;
      if (!whole) throw new TransientError('the connection ended too early');
      const bytes = partial.buffer.finish();
      if (options.expected) await verifyFile(target.path, bytes, options.expected);
      runCheck(bytes, options);
      return { bytes, version: partial.version };
    } catch (error) {
      options.signal?.throwIfAborted();
      const loaded: number = partial?.buffer.loaded ?? 0;
      failures = loaded > furthest ? 1 : failures + 1;
      furthest = Math.max(furthest, loaded);
      // Bytes that do not match may come from an intermediate cache, or from two versions. Start over once.
      const mismatch = error instanceof IntegrityError || error instanceof RejectedError;
      if (mismatch && mismatches++ === 0) partial = undefined;
      else if (!(error instanceof TransientError) || failures >= retries.attempts) throw explained(target, error);
      else await pause(retries.pause * 2 ** (failures - 1) * (0.75 + Math.random() / 2), options.signal);
    }
  }
}

function runCheck(bytes: Uint8Array<ArrayBuffer>, { check }: ReadOptions): void {
  try {
    check?.(bytes);
  } catch (cause) {
    throw new RejectedError('', { cause });
  }
}

/** Sends a HEAD request. Returns what the response says. @throws MissingFileError, ReadError, or the abort reason. */
export async function fetchFileInfo(
  target: Target,
  signal: AbortSignal | undefined,
): Promise<{ readonly length: number | undefined; readonly version: string | undefined }> {
  try {
    const init = { signal: signal ?? null };
    const head = await request(target, { ...init, method: 'HEAD' });
    // Some servers support only GET.
    const response = checked(target, head.status === 405 || head.status === 501 ? await request(target, init) : head);
    void discard(response);
    const length = isCertain(response) ? lengthOf(response) : undefined;
    return { length, version: versionOf(response) };
  } catch (error) {
    throw explained(target, error);
  }
}

/** A partial download of one version of the file. */
interface PartialDownload {
  readonly buffer: StreamBuffer;
  readonly version: string | undefined;
}

/** A transient failure. */
class TransientError extends Error {}

/** The file arrived but its reader rejected it, for the reason in `cause`. */
class RejectedError extends Error {}

async function attemptTransfer(
  target: Target,
  options: ReadOptions,
  retries: Retries,
  partial: PartialDownload | undefined,
  bypassCache: boolean,
  onBegin: (partial: PartialDownload) => void,
): Promise<PartialDownload> {
  const watchdog = new Watchdog(retries.stall, options.signal);
  try {
    const init: RequestInit = { signal: watchdog.signal, ...(bypassCache && { cache: 'reload' }) };
    const { response, continued } = await openStream(target, options, partial, init);
    const current = continued ?? begin(target, options, response);
    onBegin(current);
    if (response.body) {
      const onBytes = (loaded: number, total: number | undefined): void => {
        watchdog.reset();
        options.onBytes?.(loaded, total);
      };
      await readStream(reusingReader(response.body), current.buffer, { signal: watchdog.signal, onBytes });
    }
    return current;
  } catch (error) {
    // Engines throw different errors for a broken connection; ours have names.
    if (error instanceof TypeError || (watchdog.signal.aborted && !options.signal?.aborted)) {
      throw new TransientError(messageOf(error), { cause: error });
    }
    throw error;
  } finally {
    watchdog.stop();
  }
}

function begin(target: Target, { expected, limit }: ReadOptions, response: Response): PartialDownload {
  const stated = lengthOf(response);
  const uncertain = !expected && !isCertain(response);
  if (expected && isCertain(response) && stated !== undefined && stated !== expected.size)
    throw wrongSize(target.path, stated, expected.size);
  try {
    const buffer = new StreamBuffer(target.path, { length: expected?.size ?? stated, uncertain, limit });
    return { buffer, version: versionOf(response) };
  } catch (error) {
    // The body of a file that is too large.
    void discard(response);
    throw error;
  }
}

/** Requests the rest of a partial download if possible, otherwise the whole file. */
async function openStream(
  target: Target,
  { expected }: ReadOptions,
  partial: PartialDownload | undefined,
  init: RequestInit,
): Promise<{ readonly response: Response; readonly continued?: PartialDownload }> {
  // Without a version or a hash, a change of the file would go unnoticed.
  if (
    !partial ||
    partial.buffer.loaded === 0 ||
    partial.buffer.length === undefined ||
    !(partial.version || expected)
  ) {
    return { response: checked(target, await request(target, init)) };
  }
  const { loaded, length } = partial.buffer;
  // `bytes=n-` is the only form of Range that needs no preflight across origins; If-Range would need one.
  const response = await request(target, { ...init, headers: { range: `bytes=${loaded}-` } });
  if (response.status === 200) return { response: checked(target, response) };
  const same = versionOf(response) === partial.version || (expected !== undefined && !versionOf(response));
  const right = response.headers.get('content-range') === `bytes ${loaded}-${length - 1}/${length}`;
  if (response.status === 206 && same && right) return { response, continued: partial };
  await discard(response);
  if (isTransientStatus(response.status)) throw new TransientError(`HTTP ${response.status}`);
  return { response: checked(target, await request(target, init)) };
}

async function request({ url, path, location }: Target, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    // Files of an extension have no status: a missing file fails like a network error.
    if (error instanceof TypeError && url.protocol.endsWith('-extension:')) throw missingFile(path, location);
    throw error instanceof TypeError ? new TransientError(messageOf(error), { cause: error }) : error;
  }
}

/** Returns the response if it contains the file. @throws MissingFileError, ReadError, TransientError */
function checked({ url, path, location }: Target, response: Response): Response {
  if (response.ok && !isPage(response)) return response;
  void discard(response);
  // Many servers respond with 200 and a page for missing files.
  if (response.ok) throw servedAsPage(path, location);
  if (response.status === 404 || response.status === 410) throw missingFile(path, location);
  if (isTransientStatus(response.status)) throw new TransientError(`HTTP ${response.status}`);
  const refused = response.status === 401 || response.status === 403;
  throw new ReadError({
    problem: `${url.href} responded with HTTP ${response.status}`,
    expected: 'Expected the file',
    remedy: refused ? 'Check the name of the model, and that it is public' : 'Load the model from another location',
  });
}

const isPage = ({ headers }: Response): boolean => headers.get('content-type')?.startsWith('text/html') ?? false;

/** Whether a status is transient: a timeout, "too many requests", or a server error. */
const isTransientStatus = (status: number): boolean => [408, 425, 429].includes(status) || status >= 500;

const discard = (response: Response): Promise<void> =>
  response.body?.cancel().catch(() => undefined) ?? Promise.resolve();

/**
 * Whether the headers tell the body's length. Across origins, `Content-Length` is visible but `Content-Encoding` is not unless the
 * server exposes it, so the length may be that of a compressed body.
 */
const isCertain = ({ type }: Response): boolean => type !== 'cors';

/** Returns the length of the decoded body, or undefined if unknown, as for a compressed transfer. */
function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get('content-length');
  return length && /^\d{1,15}$/u.test(length) && !headers.has('content-encoding') ? Number(length) : undefined;
}

const versionOf = ({ headers }: Response): string | undefined =>
  headers.get('etag') ?? headers.get('last-modified') ?? undefined;

/** Converts a failure that persisted to a named error. Returns named errors unchanged. */
function explained({ url }: Target, error: unknown): unknown {
  if (error instanceof RejectedError) return error.cause;
  if (!(error instanceof TransientError)) return error;
  return new ReadError(
    {
      problem: `${url.href} could not be fetched: ${error.message}`,
      remedy: 'Check the address, the connection, and that the server allows this page (CORS)',
    },
    { cause: error },
  );
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Aborts a connection that has been silent for too long. */
class Watchdog {
  readonly signal: AbortSignal;
  readonly #silence = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly timeout: number,
    outer: AbortSignal | undefined,
  ) {
    this.signal = outer ? AbortSignal.any([outer, this.#silence.signal]) : this.#silence.signal;
    this.reset();
  }

  /** Restarts the timer, because data arrived. */
  reset(): void {
    clearTimeout(this.#timer);
    const silent = new TransientError(`no bytes for ${this.timeout / 1000} s`);
    this.#timer = setTimeout(() => this.#silence.abort(silent), this.timeout);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
