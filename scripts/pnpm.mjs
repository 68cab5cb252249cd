// Runs the pnpm version pinned in package.json. Only Node and npm need to be installed.
import { readFileSync } from 'node:fs';
import { isMain } from './is-main.mjs';
import { spawnTool } from './spawn-tool.mjs';

const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** Calls `spawnSync` for the pinned pnpm: the one that is already running this script, or npx's copy. */
export function spawnPnpm(args, options) {
  const running = process.env.npm_config_user_agent?.startsWith(packageManager.replace('@', '/'))
    ? process.env.npm_execpath
    : undefined;
  const [command, ...leading] = running ? [process.execPath, running] : ['npx', '--yes', packageManager];
  return spawnTool(command, [...leading, ...args], options);
}

/** Runs pnpm with these arguments and this process's streams. Returns its exit status. */
export function runPnpm(args) {
  const { status, error } = spawnPnpm(args, { stdio: 'inherit' });
  if (error) throw error;
  return status ?? 1;
}

if (isMain(import.meta.filename)) process.exit(runPnpm(process.argv.slice(2)));
