import { realpathSync } from 'node:fs';

/**
 * Whether this script was started, rather than imported. Compares real paths instead of URLs, because folder names may contain
 * spaces, and the path may lead through links.
 *
 * @param filename the script's own `import.meta.filename`
 */
export function isMain(filename) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === filename;
}
