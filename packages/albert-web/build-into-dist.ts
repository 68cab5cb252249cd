/** Settings shared by the builds of the script. They write into the same folder, so none of them may empty it. */
import type { BuildEnvironmentOptions, Plugin, UserConfig } from 'vite';

/** Resolves the rooms to their sources. */
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
