import { spawnSync } from 'node:child_process';

/** `spawnSync` that also works for npm and npx. On Windows, these are batch files, which need a shell that splits at spaces. */
export function spawnTool(command, args, options) {
  if (process.platform !== 'win32' || !['npm', 'npx'].includes(command)) return spawnSync(command, args, options);
  const line = [command, ...args].map((word) => `"${word}"`).join(' ');
  return spawnSync(line, { ...options, shell: true });
}
