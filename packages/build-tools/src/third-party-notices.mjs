import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

/**
 * Writes `THIRD-PARTY-NOTICES.md` beside a bundle, with the license and the copyright of every package that left code in it.
 * A package without a license file has its notice in its sources or its types: what stands there with a copyright is taken.
 *
 * @throws Error for a package that does not say under which license it is, or who has the copyright.
 */
export function thirdPartyNotices({ compiledIn = [], fileName = 'THIRD-PARTY-NOTICES.md' } = {}) {
  /** The files that are bundled, by the folder of their package. */
  const packages = new Map();
  const gather = (bundle) => {
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
          .flatMap(({ folder, files }) => [bundledNotice(folder, [...files]), ...noticesInside(folder, [...files])]);
        this.emitFile({ type: 'asset', fileName, source: writeNotices([...notices, ...compiledIn]) });
      },
    },
    ofWorkers: () => ({ name: 'third-party-notices-of-workers', generateBundle: (_, bundle) => gather(bundle) }),
  };
}

/** Files of which anything is left in a bundle. */
function bundledFiles(bundle) {
  return Object.values(bundle).flatMap((output) =>
    output.type === 'chunk'
      ? Object.entries(output.modules).flatMap(([id, { renderedLength }]) =>
          renderedLength > 0 ? id.replace(/^\0|\?.*$/gu, '') : [],
        )
      : [],
  );
}

function bundledNotice(folder, files) {
  const notice = noticeOf(folder);
  return { ...notice, text: notice.text || copyrightComments(files) || copyrightComments(declarationsOf(files)) };
}

/** Bundlers drop the comments of a source and keep those of its types. */
function declarationsOf(files) {
  return files.map((file) => file.replace(/\.([cm]?)js$/u, '.d.$1ts')).filter((file) => existsSync(file));
}

/** What a package that is itself a bundle says that it holds, as esbuild writes it; installed beside it. */
function noticesInside(folder, files) {
  const lists = files.flatMap(
    (file) => readFileSync(file, 'utf8').match(/Bundled license information:\n[^]*?\*\//gu) ?? [],
  );
  const names = lists.flatMap((list) =>
    Array.from(list.matchAll(/^((?:@[^/\s]+\/)?[^/\s]+)\/\S+:$/gmu), ([, name]) => name),
  );
  return [...new Set(names)].map((name) => noticeOf(path.join(realpathSync(folder), '..', name)));
}

/** The notice of an installed package, by its folder. */
export function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice)/iu.test(file));
  const text = files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim()).join('\n\n');
  // SPDX expressions may have parentheses around the whole.
  return { name, version, identifier: license?.replace(/^\(([^()]*)\)$/u, '$1'), text };
}

/** Every comment with a copyright in these files, each once. */
function copyrightComments(files) {
  const comments = files
    .flatMap((file) => readFileSync(file, 'utf8').match(/\/\*[^]*?\*\/|(?:^[ \t]*\/\/.*\n)+/gmu) ?? [])
    .filter((comment) => /copyright/iu.test(comment))
    .map((comment) => comment.replaceAll(/^[ \t]*(?:\/\*+!?|\*\/|\*|\/\/)[ \t]?|\*\/$/gmu, '').trim());
  return [...new Set(comments)].join('\n\n');
}

function writeNotices(notices) {
  const sections = notices.map(({ name, version, identifier = '', text = '' }) => {
    if (!identifier || !/copyright/iu.test(text)) throw new Error(`${name} names no license, or no copyright`);
    return `## ${name} ${version} (${identifier})\n\n${text}\n`;
  });
  return `# Third-party notices\n\nThe scripts and WebAssembly files in this folder hold parts of these works.\n\n${sections.join('\n')}`;
}
