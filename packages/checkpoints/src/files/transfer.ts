/** One file over HTTP, to the end: retried with growing pauses, continued where it broke, verified. */
import { messageOf } from '@albert-web/errors';
import { missingFile } from './model-files.ts';
import { land, Landing, reusingReader } from './stream.ts';
import type { ReadOptions } from './types.ts';
import { verifyFile, wrongSize } from './verify.ts';
import { IntegrityError, ReadError } from '../errors.ts';

/** How patient a transfer is. */
export interface Retries {
  /** Attempts without one byte more before a passing failure is final. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubles each time, give or take a quarter. */
  readonly pause: number;
  /** Milliseconds without a byte after which a connection counts as broken. */
  readonly stall: number;
}

/** Rides out a restart of a server or a change of network; gives up within about half a minute on one that is gone. */
export const defaultRetries: Retries = { attempts: 5, pause: 500, stall: 30_000 };

/** What is fetched, and what to call it in messages. */
export interface Target {
  readonly url: URL;
  readonly path: string;
  readonly location: string;
}

/** A file, and what the server calls this version of it. */
export interface Transferred {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** ETag, or the date of the last change; undefined where the server gives neither. */
  readonly version: string | undefined;
}

/**
 * Fetches a file. A broken transfer continues by `Range` when the server still has the same version, and starts over
 * when it does not, or answers with the whole file, or with another part than the one asked for. It goes on for as long as
 * attempts bring it further.
 *
 * @throws MissingFileError, ReadError, IntegrityError, FileTooLargeError, what `options.check` throws, or the abort reason.
 */
export async function transfer(target: Target, options: ReadOptions, retries = defaultRetries): Promise<Transferred> {
  let begun: Begun | undefined;
  let mismatches = 0;
  let furthest = 0;
  let failures = 0;
  let lastEnd: number | undefined;
  for (;;) {
    try {
      begun = await attemptTransfer(target, options, retries, begun, mismatches > 0, (started) => (begun = started));
      // A body that ends in the same place twice is whole: the length was that of its compressed form.
      const whole = begun.landing.complete || (lastEnd === begun.landing.loaded && begun.landing.settle());
      lastEnd = begun.landing.loaded;
      if (!whole) throw new PassingError('the connection ended too early');
      const bytes = begun.landing.finish();
      if (options.expected) await verifyFile(target.path, bytes, options.expected);
      passCheck(bytes, options);
      return { bytes, version: begun.version };
    } catch (error) {
      options.signal?.throwIfAborted();
      const loaded: number = begun?.landing.loaded ?? 0;
      failures = loaded > furthest ? 1 : failures + 1;
      furthest = Math.max(furthest, loaded);
      // Bytes that do not match may come from a cache on the way, or from two versions put together: once more, afresh.
      const mismatch = error instanceof IntegrityError || error instanceof RefusedError;
      if (mismatch && mismatches++ === 0) begun = undefined;
      else if (!(error instanceof PassingError) || failures >= retries.attempts) throw explained(target, error);
      else await pause(retries.pause * 2 ** (failures - 1) * (0.75 + Math.random() / 2), options.signal);
    }
  }
}

function passCheck(bytes: Uint8Array<ArrayBuffer>, { check }: ReadOptions): void {
  try {
    check?.(bytes);
  } catch (cause) {
    throw new RefusedError('', { cause });
  }
}

/** The answer to a HEAD request. @throws MissingFileError, ReadError, or the abort reason. */
export async function inquire(
  target: Target,
  signal: AbortSignal | undefined,
): Promise<{ readonly length: number | undefined; readonly version: string | undefined }> {
  try {
    const init = { signal: signal ?? null };
    const head = await request(target, { ...init, method: 'HEAD' });
    // Some servers know only GET.
    const response = checked(target, head.status === 405 || head.status === 501 ? await request(target, init) : head);
    void discard(response);
    const length = isCertain(response) ? lengthOf(response) : undefined;
    return { length, version: versionOf(response) };
  } catch (error) {
    throw explained(target, error);
  }
}

/** Bytes of one version of the file. */
interface Begun {
  readonly landing: Landing;
  readonly version: string | undefined;
}

/** A failure that may be gone in a moment. */
class PassingError extends Error {}

/** The file came through, and its reader refused it: the cause says why. */
class RefusedError extends Error {}

async function attemptTransfer(
  target: Target,
  options: ReadOptions,
  retries: Retries,
  begun: Begun | undefined,
  bypassCache: boolean,
  onBegin: (begun: Begun) => void,
): Promise<Begun> {
  const watchdog = new Watchdog(retries.stall, options.signal);
  try {
    const init: RequestInit = { signal: watchdog.signal, ...(bypassCache && { cache: 'reload' }) };
    const { response, continued } = await openStream(target, options, begun, init);
    const current = continued ?? begin(target, options, response);
    onBegin(current);
    if (response.body) {
      const onBytes = (loaded: number, total: number | undefined): void => {
        watchdog.calm();
        options.onBytes?.(loaded, total);
      };
      await land(reusingReader(response.body), current.landing, { signal: watchdog.signal, onBytes });
    }
    return current;
  } catch (error) {
    // What a broken connection throws differs from engine to engine; ours are named.
    if (error instanceof TypeError || (watchdog.signal.aborted && !options.signal?.aborted)) {
      throw new PassingError(messageOf(error), { cause: error });
    }
    throw error;
  } finally {
    watchdog.stop();
  }
}

function begin(target: Target, { into, expected, limit }: ReadOptions, response: Response): Begun {
  const stated = lengthOf(response);
  const uncertain = !expected && !isCertain(response);
  if (expected && isCertain(response) && stated !== undefined && stated !== expected.size)
    throw wrongSize(target.path, stated, expected.size);
  const landing = new Landing(target.path, { length: expected?.size ?? stated, uncertain, into, limit });
  return { landing, version: versionOf(response) };
}

/** Asks for the rest of what has begun, where that can be; for the whole file otherwise. */
async function openStream(
  target: Target,
  { expected }: ReadOptions,
  begun: Begun | undefined,
  init: RequestInit,
): Promise<{ readonly response: Response; readonly continued?: Begun }> {
  // Without a version or a hash nobody could tell that the rest belongs to another file.
  if (!begun || begun.landing.loaded === 0 || begun.landing.length === undefined || !(begun.version || expected)) {
    return { response: checked(target, await request(target, init)) };
  }
  const { loaded, length } = begun.landing;
  // `bytes=n-` is the one form of Range that needs no preflight on another origin; If-Range would.
  const response = await request(target, { ...init, headers: { range: `bytes=${loaded}-` } });
  if (response.status === 200) return { response: checked(target, response) };
  const same = versionOf(response) === begun.version || (expected !== undefined && !versionOf(response));
  const right = response.headers.get('content-range') === `bytes ${loaded}-${length - 1}/${length}`;
  if (response.status === 206 && same && right) return { response, continued: begun };
  await discard(response);
  if (isPassingStatus(response.status)) throw new PassingError(`HTTP ${response.status}`);
  return { response: checked(target, await request(target, init)) };
}

async function request({ url, path, location }: Target, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    // An extension's own files have no status: fetching what it does not have fails as a lost network does.
    if (error instanceof TypeError && url.protocol.endsWith('-extension:')) throw missingFile(path, location);
    throw error instanceof TypeError ? new PassingError(messageOf(error), { cause: error }) : error;
  }
}

/** Gives a response back when it carries the file. */
function checked({ url, path, location }: Target, response: Response): Response {
  if (response.ok && !isPage(response)) return response;
  void discard(response);
  // Many servers answer 200 and a page for whatever they do not have.
  if (response.ok) throw missingFile(path, location, 'is answered with an HTML page');
  if (response.status === 404 || response.status === 410) throw missingFile(path, location);
  if (isPassingStatus(response.status)) throw new PassingError(`HTTP ${response.status}`);
  const refused = response.status === 401 || response.status === 403;
  throw new ReadError({
    problem: `${url.href} answers HTTP ${response.status}`,
    expected: 'Expected the file',
    remedy: refused ? 'Check the name of the model, and that it is public' : 'Load the model from another location',
  });
}

const isPage = ({ headers }: Response): boolean => headers.get('content-type')?.startsWith('text/html') ?? false;

/** Timeouts, "too many requests" and whatever a server blames on itself. */
const isPassingStatus = (status: number): boolean => [408, 425, 429].includes(status) || status >= 500;

const discard = (response: Response): Promise<void> =>
  response.body?.cancel().catch(() => undefined) ?? Promise.resolve();

/**
 * Whether the headers tell the body's length. From another origin `Content-Length` can be seen and `Content-Encoding`
 * cannot, unless the server exposes it: the length may be that of a compressed body.
 */
const isCertain = ({ type }: Response): boolean => type !== 'cors';

/** Length of the body as it will be read, which a compressed transfer does not tell. */
function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get('content-length');
  return length && /^\d{1,15}$/u.test(length) && !headers.has('content-encoding') ? Number(length) : undefined;
}

const versionOf = ({ headers }: Response): string | undefined =>
  headers.get('etag') ?? headers.get('last-modified') ?? undefined;

/** What the caller sees of a failure that did not pass; everything else is named already. */
function explained({ url }: Target, error: unknown): unknown {
  if (error instanceof RefusedError) return error.cause;
  if (!(error instanceof PassingError)) return error;
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

/** Breaks a connection off when it has been silent for too long. */
class Watchdog {
  readonly signal: AbortSignal;
  readonly #silence = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly timeout: number,
    outer: AbortSignal | undefined,
  ) {
    this.signal = outer ? AbortSignal.any([outer, this.#silence.signal]) : this.#silence.signal;
    this.calm();
  }

  /** Something arrived: start counting anew. */
  calm(): void {
    clearTimeout(this.#timer);
    const silent = new PassingError(`no bytes for ${this.timeout / 1000} s`);
    this.#timer = setTimeout(() => this.#silence.abort(silent), this.timeout);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
