/** Settings shared by the builds of the script. They write into the same folder, so none of them may empty it. */
import path from 'node:path';
import type { BuildEnvironmentOptions, Plugin, UserConfig } from 'vite';

/** Resolves the packages to their sources. */
export const resolve: UserConfig['resolve'] = {
  conditions: ['source', 'module', 'browser', 'development|production'],
};

export const intoDist: BuildEnvironmentOptions = {
  outDir: 'dist',
  emptyOutDir: false,
  copyPublicDir: false,
  target: 'es2022',
};

/** Settings for a library that loads its own modules: no preload links in a page's `<head>`, and `.wasm` files stay files. */
export const modulesIntoDist: BuildEnvironmentOptions = { ...intoDist, modulePreload: false, assetsInlineLimit: 0 };

/**
 * Keeps dynamic imports as they are written. Vite wraps each in a helper that reports failures to `window`. Workers have no
 * `window`, so the helper's own error would hide the cause.
 */
export function plainImports(): Plugin {
  return {
    name: 'plain-imports',
    enforce: 'pre',
    load: (id) => (id.includes('vite/preload-helper') ? 'export const __vitePreload = (load) => load();' : undefined),
  };
}

/**
 * Makes each entry import all chunks that it needs, like Rollup's `hoistTransitiveImports`, so that they are fetched in parallel.
 * Otherwise, a browser finds a chunk only after it has fetched the chunk that imports it.
 */
export function withoutWaterfalls(): Plugin {
  return {
    name: 'without-waterfalls',
    generateBundle(_options, bundle) {
      const importsOf = (file: string): readonly string[] => {
        const chunk = bundle[file];
        return chunk?.type === 'chunk' ? chunk.imports : [];
      };
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk' || !(chunk.isEntry || chunk.isDynamicEntry)) continue;
        const needed = new Set(chunk.imports);
        for (const file of needed) importsOf(file).forEach((deeper) => needed.add(deeper));
        const folder = path.posix.dirname(chunk.fileName);
        // At the end, so that chunks are still evaluated in the same order.
        for (const file of [...needed].slice(chunk.imports.length)) {
          chunk.code += `import${JSON.stringify(relative(folder, file))};`;
        }
      }
    },
  };
}

function relative(folder: string, file: string): string {
  const found = path.posix.relative(folder, file);
  return found.startsWith('.') ? found : `./${found}`;
}
