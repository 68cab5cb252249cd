// Runs the pnpm that package.json pins, on a machine that may have only Node and npm.
import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** [command, ...leading arguments] that start the pinned pnpm: the one already running us, or npx's copy of it. */
export function pnpmCommand() {
  const running = process.env.npm_config_user_agent?.startsWith(packageManager.replace('@', '/'))
    ? process.env.npm_execpath
    : undefined;
  return running ? [process.execPath, running] : ['npx', '--yes', packageManager];
}

/** Runs pnpm with these arguments and our own streams; returns its exit status. */
export function runPnpm(args) {
  const [command, ...leading] = pnpmCommand();
  const { status, error } = spawnSync(command, [...leading, ...args], {
    stdio: 'inherit',
    // Where npx is a batch file, only a shell can start it.
    shell: process.platform === 'win32' && command === 'npx',
  });
  if (error) throw error;
  return status ?? 1;
}

// A path, not a URL's: folders may have spaces in their names, and links before them.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exit(runPnpm(process.argv.slice(2)));
