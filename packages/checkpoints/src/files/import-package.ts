/** A file of its own, which builds for service workers leave out: they may not contain `import()`. */

/**
 * Imports a package by a name that bundlers do not follow, since it may not be installed. Nothing happens where it is not.
 */
export async function importPackage(name: string): Promise<void> {
  try {
    await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ name);
  } catch (error) {
    // Bun has a code of CommonJS's.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
  }
}
