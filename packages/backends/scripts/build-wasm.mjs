// Compiles the encoder's kernels (src/wasm/assembly) into four builds: relaxed or plain SIMD, threads or one.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { main as compileAssembly } from 'assemblyscript/asc';

const source = fileURLToPath(new URL('../src/wasm/assembly/', import.meta.url));
const target = fileURLToPath(new URL('../src/wasm/build/', import.meta.url));

/** What a page pays for a build, gzipped. */
const mostBytes = 40_000;

/** The host allocates; 1 GiB is the most it ever asks for. A shared memory must say so in advance. */
const memory = ['--importMemory', '--initialMemory', '1', '--maximumMemory', '16384'];
const optimise = [
  '--optimizeLevel',
  '3',
  '--shrinkLevel',
  '0',
  '--converge',
  '--noAssert',
  '--runtime',
  'stub',
  '--enable',
  'simd',
];

const builds = {
  relaxed: ['--enable', 'relaxed-simd'],
  'relaxed-threads': ['--enable', 'relaxed-simd', '--enable', 'threads', '--sharedMemory'],
  plain: [],
  'plain-threads': ['--enable', 'threads', '--sharedMemory'],
};

await mkdir(target, { recursive: true });
for (const [name, features] of Object.entries(builds)) {
  const { error, report, binary } = await compile(['index.ts', ...memory, ...optimise, ...features]);
  if (error) throw new Error(`${name} does not compile:\n${report}`, { cause: error });
  const zipped = gzipSync(binary, { level: 9 }).length;
  if (zipped > mostBytes) throw new Error(`${name}.wasm is ${zipped} bytes gzipped; at most ${mostBytes} are allowed`);
  await writeFile(`${target}${name}.wasm`, binary);
  console.log(`${name}.wasm: ${binary.length} bytes, ${zipped} gzipped`);
}

async function compile(options) {
  let binary;
  let report = '';
  const { error } = await compileAssembly([...options, '--baseDir', source, '--outFile', 'out.wasm'], {
    stderr: { write: (text) => (report += text) },
    writeFile: (_, contents) => (binary = contents),
  });
  return { error, report, binary };
}
