import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { build, type Rolldown } from 'vite';
import { noticeOf, thirdPartyNotices } from './index.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'notices-'));
  writeFileSync(path.join(root, 'package.json'), '{ "type": "module" }');
  addPackage('with-file', { license: 'MIT' }, 'export const a = globalThis.a;');
  writeFileSync(path.join(root, 'node_modules/with-file/LICENSE'), 'Copyright A');
});
afterEach(() => rmSync(root, { recursive: true }));

function addPackage(name: string, manifest: object, code: string): void {
  const folder = path.join(root, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  const fields = { name, version: '1.2.3', type: 'module', exports: './index.js', ...manifest };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(fields));
  writeFileSync(path.join(folder, 'index.js'), code);
}

async function noticesFor(code: string): Promise<string> {
  writeFileSync(path.join(root, 'entry.js'), code);
  const compiled = noticeOf(path.join(root, 'node_modules/with-file'));
  const { output } = (await build({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [thirdPartyNotices({ compiledIn: [{ ...compiled, name: 'compiled-in' }] }).plugin],
    build: {
      write: false,
      rolldownOptions: { input: path.join(root, 'entry.js'), preserveEntrySignatures: 'strict' },
    },
  })) as Rolldown.RolldownOutput;
  const file = output.find(({ fileName }) => fileName === 'THIRD-PARTY-NOTICES.md');
  return file?.type === 'asset' ? String(file.source) : '';
}

it('writes the license file, or the comments with a copyright, of bundled packages', async () => {
  addPackage(
    'without-file',
    { license: 'ISC' },
    '/* Nothing. */\n/*\n * Copyright B\n */\n// Copyright C\n\nexport const b = globalThis.b;',
  );
  addPackage('unused', { license: 'MIT' }, '/* Copyright D */ export const d = 3;');
  const text = await noticesFor(
    "import { a } from 'with-file'; import { b } from 'without-file'; import { d } from 'unused'; export default a + b;",
  );
  expect(text).toContain('## with-file 1.2.3 (MIT)\n\nCopyright A\n');
  expect(text).toContain('## without-file 1.2.3 (ISC)\n\nCopyright B\n\nCopyright C\n');
  expect(text).toContain('## compiled-in 1.2.3 (MIT)\n\nCopyright A\n');
  expect(text).not.toContain('unused');
});

it.each([
  ['license', {}, '/* Copyright E */ export const e = 1;'],
  ['copyright', { license: 'MIT' }, 'export const e = 1;'],
])('rejects a package without a %s', async (_, manifest, code) => {
  addPackage('silent', manifest, code);
  await expect(noticesFor("export { e } from 'silent';")).rejects.toThrow('silent names no license, or no copyright');
});
