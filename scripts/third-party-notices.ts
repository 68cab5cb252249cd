import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

/** A work in a bundle that others made; the fields are those of Vite's `build.license`. */
export interface Notice {
  readonly name: string;
  readonly version: string;
  /** SPDX. */
  readonly identifier?: string;
  readonly text?: string;
}

/** What Vite is asked to write its list of bundled packages into: `license: { fileName: bundledPackages }`. */
export const bundledPackages = 'third-party.json';

const noticesFile = 'THIRD-PARTY-NOTICES.md';

/**
 * Turns Vite's list of bundled packages into `THIRD-PARTY-NOTICES.md`. A package without a licence file has its notice in its
 * sources: what stands there with a copyright is taken.
 *
 * @param compiledIn what no bundler sees, because it is inside a `.wasm` file.
 * @throws Error for a package that does not say under which licence it is, or who has the copyright.
 */
export function thirdPartyNotices(compiledIn: readonly Notice[] = []): Plugin {
  return {
    name: 'third-party-notices',
    generateBundle: {
      // After Vite's own.
      order: 'post',
      handler(_, bundle) {
        const list = bundle[bundledPackages];
        if (list?.type !== 'asset') throw new Error(`Set build.license.fileName to ${bundledPackages}`);
        delete bundle[bundledPackages];
        const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
        const notices = (JSON.parse(String(list.source)) as Notice[]).map((notice) => ({
          ...notice,
          text: notice.text ?? copyrightComments(modules.filter((id) => id.includes(`/node_modules/${notice.name}/`))),
        }));
        this.emitFile({ type: 'asset', fileName: noticesFile, source: writeNotices([...notices, ...compiledIn]) });
      },
    },
  };
}

/** The notice of an installed package, by its folder. */
export function noticeOf(folder: string): Notice {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license: string;
  };
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice)/iu.test(file));
  const text = files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim()).join('\n\n');
  return { name, version, identifier: license, text };
}

/** Every comment with a copyright in these files, each once. */
function copyrightComments(files: readonly string[]): string {
  const comments = files
    .flatMap((file) => readFileSync(file, 'utf8').match(/\/\*[^]*?\*\/|(?:^[ \t]*\/\/.*\n)+/gmu) ?? [])
    .filter((comment) => /copyright/iu.test(comment))
    .map((comment) => comment.replaceAll(/^[ \t]*(?:\/\*+!?|\*\/|\*|\/\/)[ \t]?|\*\/$/gmu, '').trim());
  return [...new Set(comments)].join('\n\n');
}

function writeNotices(notices: readonly Notice[]): string {
  const sections = notices.map(({ name, version, identifier = '', text = '' }) => {
    if (!identifier || !/copyright/iu.test(text)) throw new Error(`${name} names no licence, or no copyright`);
    return `## ${name} ${version} (${identifier})\n\n${text}\n`;
  });
  return `# Third-party notices\n\nThe scripts and WebAssembly files in this folder hold parts of these works.\n\n${sections.join('\n')}`;
}
