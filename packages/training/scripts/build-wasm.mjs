// Compiles assembly/ to WebAssembly and writes it as a module of base64: 12 kB that load the same way in Node, in a worker
// and from any bundler. Twice, because a threaded tfjs has shared memory, and a module says which kind it imports.
import { main } from 'assemblyscript/asc';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const options = ['-O3', '--converge', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--importMemory'];
const shared = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];

async function compile(more) {
  let binary;
  let report = '';
  const { error } = await main(['assembly/index.ts', '--outFile', 'kernels.wasm', ...options, ...more], {
    stderr: { write: (text) => (report += text) },
    writeFile: (_name, contents) => (binary = contents),
  });
  if (error) {
    console.error(report);
    throw error;
  }
  return Buffer.from(binary).toString('base64');
}

mkdirSync('src/generated', { recursive: true });
const relaxed = ['--enable', 'relaxed-simd'];
const builds = { plain: [], plainShared: shared, relaxed, relaxedShared: [...shared, ...relaxed] };
const lines = await Promise.all(
  Object.entries(builds).map(async ([name, more]) => `export const ${name} = '${await compile(more)}';\n`),
);
writeFileSync(
  'src/generated/kernels.ts',
  `/** Written by scripts/build-wasm.mjs from assembly/. */\n${lines.join('')}`,
);
