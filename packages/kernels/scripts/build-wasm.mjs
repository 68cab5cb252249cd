// Compiles assembly/ to WebAssembly: the encoder's four builds (relaxed or plain SIMD, threads or one), two more for tests,
// and the training kernels' four, which are written as base64 so that they load from any bundler without an asset.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { main as compileAssembly } from 'assemblyscript/asc';
import { generateAssembly } from './generate-assembly.mjs';

const room = path.join(import.meta.dirname, '..');
const buildFolder = path.join(room, 'src/build');
const generatedFolder = path.join(room, 'src/generated');
const generatedAssemblyFolder = path.join(room, 'assembly/generated');

/** What a page pays for a build, gzipped. */
const maxBytes = 40_000;

const common = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd'];
const relaxed = ['--enable', 'relaxed-simd'];
const threads = ['--enable', 'threads', '--sharedMemory'];

/** The host allocates; 1 GiB is the most it ever asks for. A shared memory must say so in advance. */
const ownMemory = ['--initialMemory', '1', '--maximumMemory', '16384'];
/** Training computes in the memory of tfjs's backend, which is shared where tfjs has threads. */
const sharedTfjsMemory = ['--maximumMemory', '65536'];

/** Entry file and options of each build. `testing` has the kernels one by one and is not shipped. */
const inference = {
  relaxed: ['inference/index.ts', ...ownMemory, ...relaxed],
  'relaxed-threads': ['inference/index.ts', ...ownMemory, ...relaxed, ...threads],
  plain: ['inference/index.ts', ...ownMemory],
  'plain-threads': ['inference/index.ts', ...ownMemory, ...threads],
  'testing-relaxed': ['testing.ts', ...ownMemory, ...relaxed],
  'testing-plain': ['testing.ts', ...ownMemory],
};

/** By the names that `src/training.ts` imports. */
const training = {
  relaxed: ['training/index.ts', ...relaxed],
  relaxedShared: ['training/index.ts', ...relaxed, ...threads, ...sharedTfjsMemory],
  plain: ['training/index.ts'],
  plainShared: ['training/index.ts', ...threads, ...sharedTfjsMemory],
};

/** Of initial values for memory. */
const dataSection = 11;

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
  if (sectionsOf(binary).has(dataSection)) throw new Error(`training, ${name} would write into the memory of tfjs`);
  modules += `export const ${name} = '${Buffer.from(binary).toString('base64')}';\n`;
}
await replace(path.join(generatedFolder, 'training-modules.ts'), modules);

/** @throws Error with the compiler's report, or for a build over the budget */
async function compile(label, options) {
  let binary;
  let report = '';
  const { error } = await compileAssembly(
    [...options, ...common, '--baseDir', path.join(room, 'assembly'), '--outFile', 'out.wasm'],
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

/** Ids of a module's sections: after a header of 8 bytes, each is an id, a size in LEB128, and so many bytes. */
function sectionsOf(binary) {
  const ids = new Set();
  for (let at = 8; at < binary.length;) {
    ids.add(binary[at++]);
    let size = 0;
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = binary[at++];
      size |= (byte & 0x7f) << shift;
    }
    at += size;
  }
  return ids;
}

/** Renamed into place: a reader gets the old file or the new one. */
async function replace(file, contents) {
  const unfinished = `${file}.${process.pid}.tmp`;
  await writeFile(unfinished, contents);
  await rename(unfinished, file);
}
