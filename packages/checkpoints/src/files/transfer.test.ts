/** Transfers from a real local server that misbehaves as servers and networks do. */
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { seededRandom } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import { serve, type Handler, type TestServer } from '../testing/server.ts';
import { transfer, type Retries, type Transferred } from './transfer.ts';
import type { ReadOptions } from './types.ts';
import { FileTooLargeError, IntegrityError, MissingFileError, ReadError } from '../errors.ts';

const random = seededRandom(5);
const file = Uint8Array.from({ length: 300_000 }, () => random.integer(0, 256));
const other = Uint8Array.from({ length: 300_000 }, () => random.integer(0, 256));
const identity = { size: file.length, sha256: createHash('sha256').update(file).digest('hex') };
const fewRetries: Retries = { attempts: 4, pause: 1, stall: 300 };

function fetchFile(server: TestServer, options: ReadOptions = {}): Promise<Transferred> {
  return transfer({ url: new URL(`${server.url}/shard`), path: 'shard', location: server.url }, options, fewRetries);
}

const headers = { 'content-length': file.length, etag: '"v1"' };

/** Sends a part of the file, then cuts the connection. */
function sendAndBreak(response: ServerResponse, bytes: Uint8Array, end: number, head: object = headers): void {
  response.writeHead(200, { ...head });
  response.write(bytes.subarray(0, end), () => setTimeout(() => response.destroy(), 20));
}

/** Responds to a range request with the rest of `bytes`. */
function sendRest(response: ServerResponse, bytes: Uint8Array, range: string | undefined, head: object = {}): void {
  const start = Number(/^bytes=(\d+)-$/u.exec(range ?? '')?.[1]);
  response.writeHead(206, {
    'content-length': bytes.length - start,
    'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
    etag: '"v1"',
    ...head,
  });
  response.end(bytes.subarray(start));
}

/** Breaks off the first response after 100,000 bytes; `then` handles the later requests. */
function breakFirst(then: Handler, head: object = headers): Handler {
  let asked = 0;
  return (request, response) => {
    if (asked++ === 0) sendAndBreak(response, file, 100_000, head);
    else then(request, response);
  };
}

const sendWhole: Handler = (_, response) => void response.writeHead(200, headers).end(file);

describe('transfer', () => {
  it('returns the bytes and the version', async () => {
    await using server = await serve(sendWhole);
    const { bytes, version } = await fetchFile(server, { expected: identity });
    expect(Buffer.compare(bytes, file)).toBe(0);
    expect(version).toBe('"v1"');
  });

  it('continues a broken transfer where it stopped', async () => {
    await using server = await serve(
      breakFirst((request, response) => sendRest(response, file, request.headers.range)),
    );
    const counts: number[] = [];
    const { bytes } = await fetchFile(server, { onBytes: (loaded) => counts.push(loaded) });
    expect(Buffer.compare(bytes, file)).toBe(0);
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=100000-']);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });

  it.each<[string, Handler]>([
    ['responds with 200 and the whole file instead of 206', sendWhole],
    [
      'responds with 416',
      (request, response) => (request.headers.range ? response.writeHead(416).end() : sendWhole(request, response)),
    ],
    [
      'sends another part than the requested one',
      (request, response) =>
        request.headers.range
          ? sendRest(response, file, request.headers.range, {
              'content-range': `bytes 0-${file.length - 1}/${file.length}`,
            })
          : sendWhole(request, response),
    ],
    [
      'has another version by now, with another ETag',
      (request, response) =>
        request.headers.range
          ? sendRest(response, other, request.headers.range, { etag: '"v2"' })
          : sendWhole(request, response),
    ],
  ])('starts over when the server %s', async (_, handler) => {
    await using server = await serve(breakFirst(handler));
    const { bytes } = await fetchFile(server);
    expect(Buffer.compare(bytes, file)).toBe(0);
  });

  it('starts over if it cannot tell whether the rest belongs to the same file', async () => {
    const anonymous = { 'content-length': file.length };
    await using server = await serve(
      breakFirst((_, response) => void response.writeHead(200, anonymous).end(other), anonymous),
    );
    const { bytes } = await fetchFile(server);
    expect(Buffer.compare(bytes, other)).toBe(0);
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, undefined]);
  });

  it('notices by the hash that a resumed transfer has other bytes, and starts over', async () => {
    await using server = await serve(
      breakFirst((request, response) =>
        request.headers.range ? sendRest(response, other, request.headers.range) : sendWhole(request, response),
      ),
    );
    const { bytes } = await fetchFile(server, { expected: identity });
    expect(Buffer.compare(bytes, file)).toBe(0);
  });

  it('notices that a file changed between two breaks, and starts over', async () => {
    let asked = 0;
    const changed = { 'content-length': other.length, etag: '"v2"' };
    await using server = await serve((request, response) => {
      asked++;
      if (asked === 1) sendAndBreak(response, file, 100_000);
      else if (asked === 2) response.writeHead(206, { ...changed, 'content-range': 'bytes 0-1/2' }).destroy();
      else if (request.headers.range) sendRest(response, other, request.headers.range, changed);
      else response.writeHead(200, changed).end(other);
    });
    const { bytes, version } = await fetchFile(server);
    expect(Buffer.compare(bytes, other)).toBe(0);
    expect(version).toBe('"v2"');
  });

  it('fetches a file that its reader rejects once more, bypassing all caches', async () => {
    let asked = 0;
    const cacheControl: (string | undefined)[] = [];
    await using server = await serve((request, response) => {
      cacheControl.push(request.headers['cache-control']);
      response.writeHead(200, headers).end(asked++ === 0 ? other : file);
    });
    const check = (bytes: Uint8Array): void => {
      if (bytes[0] !== file[0]) throw new RangeError('another file');
    };
    expect(Buffer.compare((await fetchFile(server, { check })).bytes, file)).toBe(0);
    expect(cacheControl).toEqual([undefined, 'no-cache']);
    const refuse = (): void => {
      throw new RangeError('no good');
    };
    await expect(fetchFile(server, { check: refuse })).rejects.toThrow(RangeError);
    expect(server.requests).toHaveLength(4);
  });

  it.each([{ 'content-length': file.length }, {}])(
    'rejects a file above its limit, with the headers %j',
    async (head) => {
      await using server = await serve((_, response) => void response.writeHead(200, head).end(file));
      await expect(fetchFile(server, { limit: 100_000 })).rejects.toThrow(FileTooLargeError);
    },
  );

  it('rejects bytes that are wrong twice, and does not retry forever', async () => {
    await using server = await serve((_, response) => void response.writeHead(200, headers).end(other));
    await expect(fetchFile(server, { expected: identity })).rejects.toThrow(IntegrityError);
    expect(server.requests).toHaveLength(2);
  });

  it.each([100, 400_000])('rejects a file of %i bytes if the index says 300,000', async (length) => {
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': length }).end(new Uint8Array(length));
    });
    await expect(fetchFile(server, { expected: identity })).rejects.toThrow(IntegrityError);
  });

  it('rejects an endless body without a length once it is too long', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200);
      const pour = (): void => void (response.destroyed || response.write(file, () => setImmediate(pour)));
      pour();
    });
    await expect(fetchFile(server, { expected: identity })).rejects.toThrow(IntegrityError);
  });

  it('retries after transient server errors', async () => {
    let asked = 0;
    await using server = await serve((request, response) =>
      asked++ < 3 ? response.writeHead([503, 429, 500][asked - 1] ?? 500).end() : sendWhole(request, response),
    );
    expect((await fetchFile(server)).bytes).toHaveLength(file.length);
    expect(server.requests).toHaveLength(4);
  });

  it('gives up on persistent server errors, and names the error', async () => {
    await using server = await serve((_, response) => response.writeHead(503).end());
    await expect(fetchFile(server)).rejects.toThrow(/HTTP 503/u);
    expect(server.requests).toHaveLength(fewRetries.attempts);
  });

  it.each([
    [404, MissingFileError],
    [410, MissingFileError],
    [403, ReadError],
  ])('does not retry after HTTP %i', async (status, error) => {
    await using server = await serve((_, response) => response.writeHead(status).end());
    await expect(fetchFile(server)).rejects.toThrow(error);
    expect(server.requests).toHaveLength(1);
  });

  it('continues after a connection was reset', async () => {
    let asked = 0;
    await using server = await serve((request, response) => {
      if (asked++ > 0) return sendRest(response, file, request.headers.range);
      response.writeHead(200, headers).write(file.subarray(0, 100_000));
      setTimeout(() => response.socket?.resetAndDestroy(), 20);
    });
    expect(Buffer.compare((await fetchFile(server)).bytes, file)).toBe(0);
  });

  it('waits for a slow connection as long as bytes arrive', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200, headers);
      const drip = (at: number): void => {
        if (at >= file.length) return void response.end();
        response.write(file.subarray(at, at + 60_000));
        setTimeout(drip, fewRetries.stall / 2, at + 60_000);
      };
      drip(0);
    });
    expect(Buffer.compare((await fetchFile(server)).bytes, file)).toBe(0);
    expect(server.requests).toHaveLength(1);
  });

  it('retries as long as every attempt makes progress', async () => {
    await using server = await serve((request, response) => {
      const start = Number(/^bytes=(\d+)-$/u.exec(request.headers.range ?? '')?.[1] ?? 0);
      const range = { 'content-range': `bytes ${start}-${file.length - 1}/${file.length}` };
      response.writeHead(start > 0 ? 206 : 200, {
        ...headers,
        'content-length': file.length - start,
        ...(start > 0 && range),
      });
      response.write(file.subarray(start, start + 20_000), () => setTimeout(() => response.destroy(), 20));
    });
    expect(Buffer.compare((await fetchFile(server)).bytes, file)).toBe(0);
    expect(server.requests).toHaveLength(file.length / 20_000);
  });

  it('treats a silent connection as broken', async () => {
    let asked = 0;
    await using server = await serve((request, response) => {
      if (asked++ === 0) response.writeHead(200, headers).write(file.subarray(0, 50_000));
      else if (asked === 2)
        return; // Never responds at all.
      else sendRest(response, file, request.headers.range);
    });
    expect(Buffer.compare((await fetchFile(server)).bytes, file)).toBe(0);
  });

  it('reports a server that does not exist', async () => {
    const server = await serve(sendWhole);
    await server[Symbol.asyncDispose]();
    await expect(fetchFile(server)).rejects.toThrow(ReadError);
  });

  it('stops at once when aborted, during the body and during a pause', async () => {
    await using server = await serve((_, response) => response.writeHead(200, headers).write(file.subarray(0, 50_000)));
    const controller = new AbortController();
    const loading = fetchFile(server, {
      signal: controller.signal,
      onBytes: () => controller.abort(new Error('enough')),
    });
    await expect(loading).rejects.toThrow('enough');

    await using failing = await serve((_, response) => response.writeHead(503).end());
    const retries = { attempts: 3, pause: 60_000, stall: 1000 };
    const target = { url: new URL(failing.url), path: 'shard', location: failing.url };
    const pausing = transfer(target, { signal: AbortSignal.timeout(100) }, retries);
    await expect(pausing).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
