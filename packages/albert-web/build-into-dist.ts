/** What the builds of the script share. They write into one folder, so that none of them may empty it. */
import type { BuildEnvironmentOptions, Plugin, UserConfig } from 'vite';

/** Packages are read from their sources. */
export const resolve: UserConfig['resolve'] = {
  conditions: ['source', 'module', 'browser', 'development|production'],
};

export const intoDist: BuildEnvironmentOptions = {
  outDir: 'dist',
  emptyOutDir: false,
  copyPublicDir: false,
  target: 'es2022',
};

/** A library: what it loads is its own affair, no page's `<head>` gets preload links, and `.wasm` files stay files. */
export const modulesIntoDist: BuildEnvironmentOptions = { ...intoDist, modulePreload: false, assetsInlineLimit: 0 };

/**
 * Imports as they are written. Vite puts a helper around each, which tells `window` of a failure: in a worker there is none,
 * and its own error would hide what failed.
 */
export function plainImports(): Plugin {
  return {
    name: 'plain-imports',
    enforce: 'pre',
    load: (id) => (id.includes('vite/preload-helper') ? 'export const __vitePreload = (load) => load();' : undefined),
  };
}
