// Prepares a fresh clone: checks Node, then installs the dependencies in the lockfile. Fast if nothing has changed.
import { runPnpm } from './pnpm.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `albert-web needs Node 20.19 or newer; this is ${process.versions.node}. Install it from nodejs.org and run the command again.`,
  );
  process.exit(1);
}
process.exit(runPnpm(['install', '--frozen-lockfile', '--prefer-offline']));
