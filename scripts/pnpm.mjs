// Runs the pnpm that package.json pins, on a machine that may have only Node and npm.
import { readFileSync } from 'node:fs';
import { isMain } from './is-main.mjs';
import { spawnTool } from './spawn-tool.mjs';

const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** `spawnSync` of the pinned pnpm: the one already running us, or npx's copy of it. */
export function spawnPnpm(args, options) {
  const running = process.env.npm_config_user_agent?.startsWith(packageManager.replace('@', '/'))
    ? process.env.npm_execpath
    : undefined;
  const [command, ...leading] = running ? [process.execPath, running] : ['npx', '--yes', packageManager];
  return spawnTool(command, [...leading, ...args], options);
}

/** Runs pnpm with these arguments and our own streams; returns its exit status. */
export function runPnpm(args) {
  const { status, error } = spawnPnpm(args, { stdio: 'inherit' });
  if (error) throw error;
  return status ?? 1;
}

if (isMain(import.meta.filename)) process.exit(runPnpm(process.argv.slice(2)));
