// Makes a fresh clone ready: checks Node, then installs exactly what the lockfile says. Quick when nothing changed.
import { runPnpm } from './pnpm.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `albert-web needs Node 20.19 or newer; this is ${process.versions.node}. Install it from nodejs.org and run the command again.`,
  );
  process.exit(1);
}
process.exit(runPnpm(['install', '--frozen-lockfile', '--prefer-offline']));
