/** The golden models in a form that the demo can open: small, with their own vocabulary. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { goldenVocabulary } from '@albert-web/testing';
import type { BrowserContext } from 'playwright';

const fixtures = path.join(import.meta.dirname, '../../../packages/testing/fixtures/models');
/** Returns a file of a golden model, as it would be on the Hub. */
export async function modelFile(name: string, file: string): Promise<Buffer | undefined> {
  if (file === 'vocab.txt') return Buffer.from(goldenVocabulary);
  return readFile(path.join(fixtures, name, file)).catch(() => undefined);
}

/** Mocks the Hub with the models `tiny/<fixture>`. Everything else is not found. */
export async function mimicHub(context: BrowserContext): Promise<void> {
  await context.route('https://huggingface.co/**', async (route) => {
    const [, owner, name = '', , , file = ''] = new URL(route.request().url()).pathname.split('/');
    const body = owner === 'tiny' ? await modelFile(name, file) : undefined;
    const headers = { 'access-control-allow-origin': '*' };
    await route.fulfill(body ? { body, headers } : { status: 404, body: 'Entry not found', headers });
  });
}
