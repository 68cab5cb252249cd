// `npm run hygiene`: checks that the packages, as they would be published, meet the expectations of their users.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { build } from 'vite';
import { budget, wasmPath } from '../packages/albert-web/scripts/size.mjs';
import { packAll } from './pack.mjs';

/** Maximum size of one build of our WebAssembly, in gzipped bytes. */
const wasmBudget = 40_000;
const packagesInScript = ['errors', 'core', 'tokenizer', 'checkpoints', 'kernels', 'boundary', 'backends', 'tasks'];
/** A dependency of core that only training uses. The drop-in script does not include it. */
const trainingOnly = '@tensorflow/tfjs-backend-wasm';
/** The module resolutions in which types must work: ESM only, so not CommonJS, nor Node 10, which does not support `exports`. */
const resolutions = ['node16-esm', 'bundler'];
/** Entries that a page or a server imports, with a light export of each and the modules that it must not pull in. */
const lightImports = [
  ['albert-web', 'load', /node_modules|host\.js|cache\.js/u],
  ['albert-web/files', 'load', /node_modules|host\.mjs/u],
  ['albert-web/tokenizer', 'TokenizerFormatError', /node_modules/u],
  ['albert-web/core', 'readConfig', /tfjs/u],
  ['albert-web/checkpoints', 'writeSafetensors', /tfjs|fflate|pbf/u],
  ['albert-web/backends', 'NoBackendError', /tfjs/u],
  ['albert-web/training', 'learningRateAt', /tfjs|papaparse/u],
];

const root = path.join(import.meta.dirname, '..');
const faults = [];
const packages = packAll();
const { name, exports, tarball } = packages.find((each) => each.name === 'albert-web');
const files = createPackageFromTarballData(new Uint8Array(readFileSync(tarball)));

for (const each of packages) {
  await checkManifest(each);
  await checkTypes(each);
}
printEntrySizes();
for (const [entry, symbol, unwanted] of lightImports) await checkTreeShaking(entry, symbol, unwanted);
// Only service workers import their entry, and only the trainer imports the internal one.
for (const entry of Object.keys(exports).filter((key) => !/service-worker|internal|\*|json$/u.test(key)))
  checkPlainImport(path.posix.join(name, entry));
await checkSizes();
checkNotices();

for (const fault of faults) console.error(`✗ ${fault}`);
console.log(faults.length === 0 ? `\n${name} is ready to be published.` : `\n${faults.length} faults.`);
process.exit(faults.length === 0 ? 0 : 1);

async function checkManifest({ name, tarball: file }) {
  const data = readFileSync(file);
  const tarball = data.buffer.slice(data.byteOffset, data.byteOffset + data.length);
  const { messages, pkg } = await publint({ pack: { tarball } });
  for (const message of messages) faults.push(`${name}: publint: ${formatMessage(message, pkg, { color: false })}`);
}

/** Checks that types resolve and contain no `any`. The emitted declarations contain every declared type. */
async function checkTypes({ name, tarball }) {
  const files = createPackageFromTarballData(new Uint8Array(readFileSync(tarball)));
  const { types, problems = [] } = await checkPackage(files);
  if (!types) faults.push(`${name}: has no types`);
  for (const { kind, entrypoint = '', resolutionKind } of problems) {
    if (!resolutionKind || resolutions.includes(resolutionKind)) faults.push(`${name}: types: ${kind} ${entrypoint}`);
  }
  const declarations = files.listFiles().filter((file) => /\/(?:dist|lib)\/.*\.d\.m?ts$/u.test(file));
  for (const file of declarations) {
    const code = files.readFile(file).replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gmu, '');
    if (/(?:[:<|&,([?=]|=>|\bextends|\breadonly|\bis|\bkeyof|\bas)\s*any\b/u.test(code))
      faults.push(`${name}: ${file} has an any`);
  }
}

/** Prints what each entry loads before anything is loaded on demand: its file, and the modules that it imports from the package. */
function printEntrySizes() {
  for (const [entry, conditions] of Object.entries(exports)) {
    for (const condition of ['node', 'default']) {
      const file = condition === 'node' ? conditions.node?.default : conditions.default;
      if (file)
        printSize(path.posix.join(name, entry), condition, staticImports(path.join(root, 'packages/albert-web', file)));
    }
  }
}

function printSize(entry, condition, modules) {
  const gzip = modules.reduce((sum, module) => sum + gzipSync(readFileSync(module), { level: 9 }).length, 0);
  const where = condition === 'node' ? ' in Node' : '';
  console.log(`${String(gzip).padStart(8)} bytes gzipped, ${modules.length} modules, ${entry}${where}`);
}

/** Returns a module of the package, and all modules that it imports by relative paths. */
function staticImports(file, found = new Set()) {
  if (found.has(file)) return [];
  found.add(file);
  const imported = readFileSync(file, 'utf8').matchAll(/(?:\bfrom|^import|;import)\s*["'](\.[^"']+)["']/gmu);
  for (const [, specifier] of imported) staticImports(path.join(path.dirname(file), specifier), found);
  return [...found];
}

/** Bundles one import from the built packages, and checks the modules that remain. */
async function checkTreeShaking(name, symbol, unwanted) {
  const entry = 'virtual:entry';
  const result = await build({
    root: path.join(root, 'docs'),
    configFile: false,
    logLevel: 'silent',
    // Only the modules that are loaded at once. Modules that are loaded on demand cost nothing until then.
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? `${root}/docs/entry.mjs` : undefined),
        load: (id) =>
          id.endsWith('/docs/entry.mjs') ? `import { ${symbol} } from '${name}'; console.log(${symbol});` : undefined,
      },
    ],
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input: entry, external: /^(node:|webgpu$)/u },
    },
  });
  const chunks = startingChunks(result.output);
  const kept = chunks
    .flatMap(({ modules }) => Object.entries(modules))
    .filter(([, { renderedLength }]) => renderedLength > 0);
  const dragged = kept.map(([id]) => path.relative(root, id)).filter((id) => unwanted.test(id));
  if (dragged.length > 0) faults.push(`${name}: importing ${symbol} keeps ${dragged.slice(0, 5).join(', ')}`);
  const gzip = chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
  console.log(`${String(gzip).padStart(8)} bytes gzipped, minified: import { ${symbol} } from '${name}'`);
}

/** Returns the chunk of the entry and those that it imports statically. */
function startingChunks(output) {
  const found = new Set(output.filter(({ isEntry }) => isEntry));
  for (const { imports } of found)
    for (const file of imports) {
      const chunk = output.find(({ fileName }) => fileName === file);
      if (chunk) found.add(chunk);
    }
  return [...found];
}

/** Checks that an import works without a DOM, as on a server, and has no side effects. Only tfjs may add its own global. */
function checkPlainImport(name) {
  const code = `
    const before = new Set(Reflect.ownKeys(globalThis));
    await import('${name}');
    const added = Reflect.ownKeys(globalThis).filter((key) => !before.has(key) && !String(key).startsWith('_tf'));
    if (added.length > 0) throw new Error('adds to globalThis: ' + added.map(String));`;
  try {
    execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: path.join(root, 'docs'),
      stdio: 'pipe',
    });
  } catch (error) {
    faults.push(
      `${name}: import in Node: ${String(error.stderr)
        .split('\n')
        .find((line) => /^\w*Error/u.test(line))}`,
    );
  }
}

async function checkSizes() {
  const total = (await wasmPath()).reduce((sum, { gzip }) => sum + gzip, 0);
  console.log(`${String(total).padStart(8)} bytes gzipped, first load on the WASM path, of ${budget}`);
  if (total > budget) faults.push(`albert-web: the first load weighs ${total} bytes of ${budget}`);
  const folder = path.join(root, 'packages/kernels/src/build');
  for (const file of readdirSync(folder).filter((file) => !file.startsWith('testing-'))) {
    const gzip = gzipSync(readFileSync(path.join(folder, file)), { level: 9 }).length;
    console.log(`${String(gzip).padStart(8)} bytes gzipped, ${file}, of ${wasmBudget}`);
    if (gzip > wasmBudget) faults.push(`${file} weighs ${gzip} bytes gzipped of ${wasmBudget}`);
  }
}

/** Checks that the notices list every third-party work in a bundle, with its license and its copyright. */
function checkNotices() {
  const dependencies = bundledDependencies();
  checkNotice('dist/THIRD-PARTY-NOTICES.md', dependencies);
  checkNotice('lib/browser/THIRD-PARTY-NOTICES.md', dependencies);
  checkNotice('lib/browser/THIRD-PARTY-NOTICES.training.md', ['@tensorflow/tfjs-core', trainingOnly]);
}

function checkNotice(file, dependencies) {
  const notices = files.readFile(`/node_modules/albert-web/${file}`);
  const [, ...sections] = notices.split(/^## /mu);
  for (const name of dependencies) {
    if (!sections.some((section) => section.startsWith(`${name} `))) faults.push(`${file}: no notice for ${name}`);
  }
  for (const section of sections) {
    if (!/^\S.* \([^)]+\)\n[^]*copyright/iu.test(section))
      faults.push(`${file}: no license or copyright of ${section.slice(0, 40)}`);
  }
}

/** Returns the dependencies of the packages in the drop-in script. */
function bundledDependencies() {
  return packagesInScript
    .map((name) => JSON.parse(readFileSync(path.join(root, 'packages', name, 'package.json'), 'utf8')))
    .flatMap(({ dependencies }) => Object.keys(dependencies))
    .filter((name) => !name.startsWith('@albert-web/') && name !== trainingOnly);
}
