// Compiles the encoder's kernels (src/wasm/assembly) into four builds: relaxed or plain SIMD, threads or one.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { main as compileAssembly } from 'assemblyscript/asc';

const source = fileURLToPath(new URL('../src/wasm/assembly/', import.meta.url));
const target = fileURLToPath(new URL('../src/wasm/build/', import.meta.url));

/** What a page pays for a build, gzipped. */
const mostBytes = 40_000;

/** The host allocates; 1 GiB is the most it ever asks for. A shared memory must say so in advance. */
const memory = ['--importMemory', '--initialMemory', '1', '--maximumMemory', '16384'];
const optimize = [
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

const relaxed = ['--enable', 'relaxed-simd'];
const threads = ['--enable', 'threads', '--sharedMemory'];

/** Entry file and features of each build. `testing` has the kernels one by one and is not shipped. */
const builds = {
  relaxed: ['index.ts', ...relaxed],
  'relaxed-threads': ['index.ts', ...relaxed, ...threads],
  plain: ['index.ts'],
  'plain-threads': ['index.ts', ...threads],
  'testing-relaxed': ['testing.ts', ...relaxed],
  'testing-plain': ['testing.ts'],
};

await mkdir(target, { recursive: true });
for (const [name, options] of Object.entries(builds)) {
  const { error, report, binary } = await compile([...options, ...memory, ...optimize]);
  if (error) throw new Error(`${name} does not compile:\n${report}`, { cause: error });
  const zipped = gzipSync(binary, { level: 9 }).length;
  if (zipped > mostBytes) throw new Error(`${name}.wasm is ${zipped} bytes gzipped; at most ${mostBytes} are allowed`);
  // Renamed into place: whoever reads meanwhile has the old build or the new one.
  const unfinished = `${target}${name}.${process.pid}.tmp`;
  await writeFile(unfinished, binary);
  await rename(unfinished, `${target}${name}.wasm`);
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
