// Runs the pnpm that package.json pins, on a machine that may have only Node and npm.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

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
  const { status, error } = spawnSync(command, [...leading, ...args], { stdio: 'inherit' });
  if (error) throw error;
  return status ?? 1;
}

if (process.argv[1] === new URL(import.meta.url).pathname) process.exit(runPnpm(process.argv.slice(2)));
