// Compiles assembly/ to WebAssembly and writes it as a module of base64: 12 kB that load the same way in Node, in a worker
// and from any bundler. Twice, because a threaded tfjs has shared memory, and a module says which kind it imports.
import asc from 'assemblyscript/asc';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const options = ['-O3', '--converge', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--importMemory'];
const shared = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];

async function compile(more) {
  let binary;
  const { error, stderr } = await asc.main(['assembly/index.ts', '--outFile', 'kernels.wasm', ...options, ...more], {
    writeFile: (_name, contents) => void (binary = contents),
  });
  if (error) {
    console.error(stderr.toString());
    throw error;
  }
  return Buffer.from(binary).toString('base64');
}

mkdirSync('src/generated', { recursive: true });
writeFileSync(
  'src/generated/kernels.ts',
  `/** Written by scripts/build-wasm.mjs from assembly/. */
export const kernels = '${await compile([])}';
export const kernelsForSharedMemory = '${await compile(shared)}';
`,
);
