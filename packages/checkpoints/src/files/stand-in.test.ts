import { expect, it } from 'vitest';
import { modelFiles } from './model-files.ts';
import { StandInError } from '../errors.ts';

const pointer = `version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 46747112
`;
const filesOf = (text: string) =>
  modelFiles({
    location: 'x',
    read: () => Promise.resolve(new TextEncoder().encode(text)),
    size: () => Promise.resolve(text.length),
  });

it.each([
  ['model.safetensors', pointer, /model\.safetensors is a Git LFS pointer.*git lfs pull/su],
  ['config.json', '<!doctype html>', /config\.json in x is an HTML page.*404/su],
  ['spiece.model', '\n<!DOCTYPE html><html>not found</html>', /spiece\.model in x is an HTML page.*404/su],
  ['pytorch_model.bin', '<html lang="en">', /pytorch_model\.bin in x is an HTML page/u],
])('a placeholder for %s is rejected', async (path, text, message) => {
  const reading = filesOf(text).readBytes(path);
  await expect(reading).rejects.toThrow(StandInError);
  await expect(reading).rejects.toThrow(message);
});

it('a placeholder for a JSON file is rejected too', async () => {
  await expect(filesOf(pointer).readJson('config.json')).rejects.toThrow(/config\.json is a Git LFS pointer/u);
});

it('a vocabulary may contain such words', async () => {
  const text = '[PAD]\n<html>\nversion\n';
  await expect(filesOf(text).readText('vocab.txt')).resolves.toBe(text);
});
