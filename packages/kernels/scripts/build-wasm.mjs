// Compiles assembly/ to WebAssembly: the encoder's four builds (relaxed or plain SIMD, one thread or more), two more for tests,
// and the training kernels' four, which are written as base64 so that they work with any bundler without an asset.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { main as compileAssembly } from 'assemblyscript/asc';
import { generateAssembly } from './generate-assembly.mjs';

const packageFolder = path.join(import.meta.dirname, '..');
const buildFolder = path.join(packageFolder, 'src/build');
const generatedFolder = path.join(packageFolder, 'src/generated');
const generatedAssemblyFolder = path.join(packageFolder, 'assembly/generated');

/** Maximum size of a build, gzipped. */
const maxBytes = 40_000;

const common = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd'];
const relaxed = ['--enable', 'relaxed-simd'];
const threads = ['--enable', 'threads', '--sharedMemory'];

/** The host allocates the memory. Limits in pages of 64 KiB: 1 GiB, 4 GiB in training. Shared memory must declare its limit. */
const ownMemory = ['--initialMemory', '1', '--maximumMemory', '16384'];
const trainingMemory = ['--initialMemory', '1', '--maximumMemory', '65536'];

/** Entry file and options of each build. The `testing` builds export single kernels and are not shipped. */
const inference = {
  relaxed: ['inference/index.ts', ...ownMemory, ...relaxed],
  'relaxed-threads': ['inference/index.ts', ...ownMemory, ...relaxed, ...threads],
  plain: ['inference/index.ts', ...ownMemory],
  'plain-threads': ['inference/index.ts', ...ownMemory, ...threads],
  'testing-relaxed': ['testing.ts', ...ownMemory, ...relaxed],
  'testing-plain': ['testing.ts', ...ownMemory],
};

/** The same for training, by the names that `src/training.ts` imports. */
const training = {
  relaxed: ['training/index.ts', ...trainingMemory, ...relaxed],
  relaxedThreads: ['training/index.ts', ...trainingMemory, ...relaxed, ...threads],
  plain: ['training/index.ts', ...trainingMemory],
  plainThreads: ['training/index.ts', ...trainingMemory, ...threads],
};

await mkdir(buildFolder, { recursive: true });
await mkdir(generatedFolder, { recursive: true });
await mkdir(generatedAssemblyFolder, { recursive: true });
for (const [file, text] of Object.entries(await generateAssembly())) {
  await replace(path.join(generatedAssemblyFolder, file), text);
}
for (const [name, options] of Object.entries(inference)) {
  await replace(path.join(buildFolder, `${name}.wasm`), await compile(`${name}.wasm`, options));
}
let modules = '/** Written by scripts/build-wasm.mjs from assembly/training. */\n';
for (const [name, options] of Object.entries(training)) {
  const binary = await compile(`training, ${name}`, options);
  modules += `export const ${name} = '${Buffer.from(binary).toString('base64')}';\n`;
}
await replace(path.join(generatedFolder, 'training-modules.ts'), modules);

/** Compiles one build. @throws Error with the compiler's report, or if the build is too large */
async function compile(label, options) {
  let binary;
  let report = '';
  const { error } = await compileAssembly(
    [...options, ...common, '--baseDir', path.join(packageFolder, 'assembly'), '--outFile', 'out.wasm'],
    {
      stderr: { write: (text) => (report += text) },
      writeFile: (_, contents) => (binary = contents),
    },
  );
  if (error) throw new Error(`${label} does not compile:\n${report}`, { cause: error });
  const zipped = gzipSync(binary, { level: 9 }).length;
  if (zipped > maxBytes) throw new Error(`${label} is ${zipped} bytes gzipped; at most ${maxBytes} are allowed`);
  console.log(`${label}: ${binary.length} bytes, ${zipped} gzipped`);
  return binary;
}

/** Writes a file and renames it into place, so that a reader sees either the old file or the new one. */
async function replace(file, contents) {
  const unfinished = `${file}.${process.pid}.tmp`;
  await writeFile(unfinished, contents);
  await rename(unfinished, file);
}
