// Preloaded into a program, this kills it at its n-th file system change, where n is KILL_AT_WRITE: after half of the bytes if it
// is a write, otherwise before the change. With KILL_AT_WRITE=0, nothing is killed, and the number of changes is written to
// COUNT_FILE.
import { appendFileSync, promises, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const killAt = Number(process.env.KILL_AT_WRITE ?? 0);
const countFile = process.env.COUNT_FILE;
let changes = 0;

/** Counts a change. @param {() => unknown} halfOfIt does the part of the change that is done before the process dies */
function count(halfOfIt = () => undefined) {
  changes++;
  if (changes !== killAt) return;
  halfOfIt();
  process.kill(process.pid, 'SIGKILL');
}

const half = (data) => data.slice(0, Math.floor(data.length / 2));

const { open, appendFile } = promises;
for (const name of ['rename', 'rm', 'mkdir', 'copyFile']) {
  const original = promises[name];
  promises[name] = (...args) => {
    count();
    return original(...args);
  };
}
promises.appendFile = (path, data, ...rest) => {
  count(() => appendFileSync(path, half(data)));
  return appendFile(path, data, ...rest);
};
promises.open = async (path, flags, ...rest) => {
  if (flags !== 'r' && flags !== 'r+') count();
  const file = await open(path, flags, ...rest);
  const writeFile = file.writeFile.bind(file);
  file.writeFile = (data, ...more) => {
    count(() => writeFileSync(path, half(data)));
    return writeFile(data, ...more);
  };
  return file;
};
syncBuiltinESMExports();
if (countFile) process.on('exit', () => writeFileSync(countFile, String(changes)));
