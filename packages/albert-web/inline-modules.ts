/** Builds the modules that are included as text: see `src/script/blob-modules.ts`. */
import path from 'node:path';
import type { BuildEnvironmentOptions, Plugin, Rolldown } from 'vite';

/** The folder to which the texts of each worker are written, and from which {@link readInlineModules} reads them. */
const inlineFolder = path.join(import.meta.dirname, '.cache/inline');

/** Returns the settings that build one worker's modules as text, with the `.wasm` builds inlined. @param name folder to write to */
export function inlineBuild(name: string, input: Readonly<Record<string, string>>): BuildEnvironmentOptions {
  return {
    outDir: path.join(inlineFolder, name),
    emptyOutDir: true,
    target: 'es2022',
    copyPublicDir: false,
    // As a library, so that files are inlined and imports stay as they are written.
    lib: { entry: input, formats: ['es'] },
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs', minify: true, comments: false },
    },
  };
}

/**
 * Turns each chunk into a module that exports its text, and lists all of them in `modules.js`. Imports of other chunks become
 * names that are looked up in that table.
 */
export function writeInlineModules(): Plugin {
  return {
    name: 'write-inline-modules',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      for (const chunk of chunks) {
        const cycle = findCycle(chunk.fileName, chunks);
        if (cycle) this.error(`${cycle.join(' imports ')}: a cycle has no first URL`);
        const text = withModuleNames(chunk);
        delete bundle[chunk.fileName];
        this.emitFile({
          type: 'asset',
          fileName: textFile(chunk),
          source: `export default ${JSON.stringify(text)};\n`,
        });
      }
      const rows = chunks.map((chunk) => `  '${chunk.fileName}': () => import('./${textFile(chunk)}'),\n`);
      this.emitFile({
        type: 'asset',
        fileName: 'modules.js',
        source: `export const modules = {\n${rows.join('')}};\n`,
      });
    },
  };
}

/** Resolves the texts of the workers, and replaces the modules that start workers from files by those that start them from text. */
export function readInlineModules(): Plugin {
  return {
    name: 'read-inline-modules',
    enforce: 'pre',
    resolveId(id) {
      if (id === 'albert-web:modules') return path.join(inlineFolder, 'inference/modules.js');
      if (id === 'albert-web:training-modules') return path.join(inlineFolder, 'training/modules.js');
      if (id === './script/files.ts') return path.join(import.meta.dirname, 'src/script/inline.ts');
      if (id === './training-worker.ts') return path.join(import.meta.dirname, 'src/script/training-worker.ts');
      return undefined;
    },
  };
}

const textFile = ({ fileName }: Rolldown.OutputChunk): string => `text/${path.basename(fileName, '.mjs')}.js`;

/** Replaces a chunk's imports by module names. @throws Error for an import written in a form that is not recognized here */
function withModuleNames({ fileName, code, imports, dynamicImports }: Rolldown.OutputChunk): string {
  const found = new Set<string>();
  const nameOf = (specifier: string): string => {
    const name = path.posix.join(path.posix.dirname(fileName), specifier);
    found.add(name);
    return name;
  };
  const text = code
    .replaceAll(
      /\bimport\(\s*(["'`])(\.{1,2}\/[^"'`]+)\1\s*\)/gu,
      (_, _quote, specifier: string) => `globalThis.albertModule("${nameOf(specifier)}")`,
    )
    .replaceAll(
      /\b(from|import)\s*(["'])(\.{1,2}\/[^"']+)\2/gu,
      (_, keyword: string, _quote, specifier: string) => `${keyword} "albert-module:${nameOf(specifier)}"`,
    );
  const missing = [...imports, ...dynamicImports].filter((name) => !found.has(name));
  if (missing.length > 0) throw new Error(`${fileName}: no import of ${missing.join(', ')} was found`);
  return text;
}

function findCycle(
  name: string,
  chunks: readonly Rolldown.OutputChunk[],
  above: readonly string[] = [],
): readonly string[] | undefined {
  if (above.includes(name)) return [...above.slice(above.indexOf(name)), name];
  const { imports = [] } = chunks.find(({ fileName }) => fileName === name) ?? {};
  for (const imported of imports) {
    const cycle = findCycle(imported, chunks, [...above, name]);
    if (cycle) return cycle;
  }
  return undefined;
}
