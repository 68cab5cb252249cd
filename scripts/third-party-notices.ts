import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin, Rolldown } from 'vite';

/** A work in a bundle that others made. */
export interface Notice {
  readonly name: string;
  readonly version: string;
  /** SPDX. */
  readonly identifier?: string;
  readonly text?: string;
}

/** How notices are written. */
export interface NoticesOptions {
  /** What no bundler sees: what is inside a `.wasm` file, or copied as it is. */
  readonly compiledIn?: readonly Notice[];
  /** Default `THIRD-PARTY-NOTICES.md`. */
  readonly fileName?: string;
}

/** Two plugins that share a list. */
export interface NoticesPlugins {
  /** For the build. */
  readonly plugin: Plugin;
  /** For the builds of its workers, which come first. */
  readonly ofWorkers: () => Plugin;
}

/**
 * Writes `THIRD-PARTY-NOTICES.md` beside a bundle, with the license and the copyright of every package that left code in it.
 * A package without a license file has its notice in its sources: what stands there with a copyright is taken.
 *
 * @throws Error for a package that does not say under which license it is, or who has the copyright.
 */
export function thirdPartyNotices({
  compiledIn = [],
  fileName = 'THIRD-PARTY-NOTICES.md',
}: NoticesOptions = {}): NoticesPlugins {
  /** The files that are bundled, by the folder of their package. */
  const packages = new Map<string, Set<string>>();
  const gather = (bundle: Rolldown.OutputBundle): void => {
    for (const file of bundledFiles(bundle)) {
      const [, folder] = /^(.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+)[/\\]/u.exec(file) ?? [];
      if (folder) packages.set(folder, (packages.get(folder) ?? new Set()).add(file));
    }
  };
  return {
    plugin: {
      name: 'third-party-notices',
      generateBundle(_, bundle) {
        gather(bundle);
        const notices = Array.from(packages, ([folder, files]) => ({ folder, files }))
          .toSorted((a, b) => (a.folder < b.folder ? -1 : 1))
          .map(({ folder, files }) => bundledNotice(folder, [...files]));
        this.emitFile({ type: 'asset', fileName, source: writeNotices([...notices, ...compiledIn]) });
      },
    },
    ofWorkers: () => ({ name: 'third-party-notices-of-workers', generateBundle: (_, bundle) => gather(bundle) }),
  };
}

/** Files of which anything is left in a bundle. */
function bundledFiles(bundle: Rolldown.OutputBundle): string[] {
  return Object.values(bundle).flatMap((output) =>
    output.type === 'chunk'
      ? Object.entries(output.modules).flatMap(([id, { renderedLength }]) =>
          renderedLength > 0 ? id.replace(/^\0|\?.*$/gu, '') : [],
        )
      : [],
  );
}

function bundledNotice(folder: string, files: readonly string[]): Notice {
  const notice = noticeOf(folder);
  return { ...notice, text: notice.text || copyrightComments(files) };
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
    if (!identifier || !/copyright/iu.test(text)) throw new Error(`${name} names no license, or no copyright`);
    return `## ${name} ${version} (${identifier})\n\n${text}\n`;
  });
  return `# Third-party notices\n\nThe scripts and WebAssembly files in this folder hold parts of these works.\n\n${sections.join('\n')}`;
}
