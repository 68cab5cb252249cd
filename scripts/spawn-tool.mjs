import { spawnSync } from 'node:child_process';

/** `spawnSync` for npm and npx too, which are batch files on Windows: only a shell can start those, and it splits at spaces. */
export function spawnTool(command, args, options) {
  if (process.platform !== 'win32' || !['npm', 'npx'].includes(command)) return spawnSync(command, args, options);
  const line = [command, ...args].map((word) => `"${word}"`).join(' ');
  return spawnSync(line, { ...options, shell: true });
}
