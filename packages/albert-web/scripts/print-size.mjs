// Prints the sizes of the files that a first visit downloads: node packages/albert-web/scripts/print-size.mjs
import { budget, wasmPath } from './size.mjs';

const files = await wasmPath();
const total = files.reduce((sum, { gzip }) => sum + gzip, 0);
for (const { file, bytes, gzip } of files)
  console.log(`${String(bytes).padStart(8)} ${String(gzip).padStart(8)}  ${file}`);
console.log(`${total} bytes gzipped of ${budget}`);
