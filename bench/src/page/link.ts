/** A run in the fragment of a link (after `#`), compressed; the browser sends it to no server. */
import { InvalidArgumentError } from '@albert-web/errors';
import type { Report } from '../report/report.ts';
import { parseReport } from '../report/schema.ts';

const key = 'run';
/** Largest size of the report itself in bytes; a link that decompresses to more is not one of ours. */
const maxBytes = 1_000_000;

/** Returns the page's address with the run in it. Parts and agreements are left out: a link is for what is seen first. */
export async function linkTo(report: Report, page: string): Promise<string> {
  const json = JSON.stringify({ ...report, parts: [], agreement: [] });
  const packed = new Blob([json]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const url = new URL(page);
  url.hash = `${key}=${toBase64Url(bytes)}`;
  return url.href;
}

/** Returns the run in a link; undefined if there is none. @throws InvalidArgumentError if it is damaged or too large */
export async function runOfLink(hash: string): Promise<Report | undefined> {
  const text = new URLSearchParams(hash.replace(/^#/u, '')).get(key);
  if (text === null) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(await unpack(fromBase64Url(text)));
  } catch (error) {
    throw new InvalidArgumentError(
      { problem: 'The link does not contain a complete run', remedy: 'Ask for the link again, or for the result file' },
      { cause: error },
    );
  }
  return parseReport(json);
}

async function unpack(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let total = 0;
  const reader = stream.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    total += read.value.length;
    if (total > maxBytes) {
      await reader.cancel();
      throw new RangeError(`more than ${maxBytes} bytes`);
    }
    text += decoder.decode(read.value, { stream: true });
  }
  return text + decoder.decode();
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCodePoint(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.codePointAt(0) ?? 0);
}
