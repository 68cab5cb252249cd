import { InvalidArgumentError } from '@albert-web/errors';
import { expect, it } from 'vitest';
import { readLocation } from './location.ts';

it.each([
  ['./models/mine', { kind: 'path', path: './models/mine' }],
  ['/models/mine/', { kind: 'path', path: '/models/mine/' }],
  ['../mine', { kind: 'path', path: '../mine' }],
  ['..', { kind: 'path', path: '..' }],
  ['albert/albert-base-v2', { kind: 'hub', id: 'albert/albert-base-v2' }],
  ['weights/sentence', { kind: 'hub', id: 'weights/sentence' }],
  ['albert-base-v2', { kind: 'hub', id: 'albert-base-v2' }],
  ['https://huggingface.co/albert/albert-base-v2', { kind: 'hub', id: 'albert/albert-base-v2' }],
  ['huggingface.co/org/name/', { kind: 'hub', id: 'org/name' }],
  ['https://huggingface.co/org/name?library=transformers', { kind: 'hub', id: 'org/name' }],
  ['https://huggingface.co/org/name/tree/main', { kind: 'hub', id: 'org/name', revision: 'main' }],
  ['https://hf.co/org/name/blob/refs%2Fpr%2F3/config.json', { kind: 'hub', id: 'org/name', revision: 'refs/pr/3' }],
  [
    'https://huggingface.co/org/name/resolve/main/',
    { kind: 'url', url: new URL('https://huggingface.co/org/name/resolve/main/') },
  ],
  ['https://example.org/m', { kind: 'url', url: new URL('https://example.org/m') }],
  ['file:///m', { kind: 'url', url: new URL('file:///m') }],
  ['chrome-extension://abc/m/', { kind: 'url', url: new URL('chrome-extension://abc/m/') }],
])('%s', (text, location) => {
  expect(readLocation(text)).toEqual(location);
});

it.each(['', 'a/b/c', 'org/na me', 'https://', '-x', '.hidden', 'org/', 'models/mine/'])('rejects %j', (text) => {
  expect(() => readLocation(text)).toThrow(InvalidArgumentError);
});

it('explains how to load a model from a package', () => {
  expect(() => readLocation('@albert-web/model-default')).toThrow(
    /npm install @albert-web\/model-default, write import '@albert-web\/model-default', and call load\(\) without/u,
  );
});
