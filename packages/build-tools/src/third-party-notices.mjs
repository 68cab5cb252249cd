import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

/**
 * Writes `THIRD-PARTY-NOTICES.md` beside a bundle, with the license and the copyright of every package whose code is in it. For a
 * package without a license file, the comments with a copyright in its sources and types are used.
 *
 * @throws Error for a package that does not name its license or its copyright holder
 */
export function thirdPartyNotices({ compiledIn = [], fileName = 'THIRD-PARTY-NOTICES.md' } = {}) {
  /** Bundled files, by the folder of their package. */
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

/** Returns the files that have code left in a bundle. */
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

/** Returns the type declarations of files: a bundled package has lost the comments of its sources, but not of its types. */
function declarationsOf(files) {
  return files.map((file) => file.replace(/\.([cm]?)js$/u, '.d.$1ts')).filter((file) => existsSync(file));
}

/** Returns the notices of the packages that a bundled package includes, from esbuild's list. They are installed beside it. */
function noticesInside(folder, files) {
  const lists = files.flatMap(
    (file) => readFileSync(file, 'utf8').match(/Bundled license information:\n[^]*?\*\//gu) ?? [],
  );
  const names = lists.flatMap((list) =>
    Array.from(list.matchAll(/^((?:@[^/\s]+\/)?[^/\s]+)\/\S+:$/gmu), ([, name]) => name),
  );
  return [...new Set(names)].map((name) => noticeOf(path.join(realpathSync(folder), '..', name)));
}

/** Returns the notice of an installed package, given its folder. */
export function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice)/iu.test(file));
  const text = files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim()).join('\n\n');
  // An SPDX expression may be enclosed in parentheses.
  return { name, version, identifier: license?.replace(/^\(([^()]*)\)$/u, '$1'), text };
}

/** Returns all comments with a copyright in these files, without duplicates. */
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
