/** This is a separate file because service worker builds leave it out: they must not contain `import()`. */

/**
 * Imports a package by a name that bundlers do not resolve, since it may not be installed. Does nothing if it is missing.
 */
export async function importPackage(name: string): Promise<void> {
  try {
    await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ name);
  } catch (error) {
    // Bun uses the error code of CommonJS.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
  }
}
