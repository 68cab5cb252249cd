// Formats the summary of `npm test`: the counts of tests per engine, and the engines that were not tested.
import { readFileSync } from 'node:fs';
import { engines, installedEngines } from '@albert-web/browser/engines';

/** Formats the table of counts. @param file lines written by `test-counts.ts` */
export function summaryTable(file) {
  const rows = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ project, passed, skipped, seconds }) => [titleOf(project), passed, skipped, `${seconds} s`].map(String))
    // The order in which gates end depends on the machine.
    .toSorted(([a], [b]) => a.localeCompare(b));
  return [['', 'passed', 'skipped', 'time'], ...rows].map(padded).join('\n');
}

/** Returns a line for each engine that is not installed. */
export function missingEngines() {
  const installed = installedEngines();
  return Object.entries(engines).flatMap(([name, { title, packages }]) =>
    installed.includes(name)
      ? []
      : [`Not tested in ${title}, which is not installed here; on Debian: apt-get install ${packages}`],
  );
}

/** Returns a title for a Vitest project (see vite.config.ts). Vitest appends the browser's name: `wasm (chromium)`. */
function titleOf(project) {
  if (project === 'node') return 'Node';
  const [, engine = 'chromium', what] = /^(?:(firefox|webkit)-)?(\S+)/u.exec(project);
  return `${{ chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' }[engine]}, ${what}`;
}

const padded = ([what, ...numbers]) => what.padEnd(20) + numbers.map((text) => text.padStart(9)).join('');
