import { realpathSync } from 'node:fs';

/**
 * Whether this script was started, rather than imported. Paths are compared, not URLs: folders may have spaces in their
 * names, and links before them.
 *
 * @param filename the script's own `import.meta.filename`.
 */
export function isMain(filename) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === filename;
}
