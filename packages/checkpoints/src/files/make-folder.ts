/**
 * Creates a folder, and those above it; Node only. Node's own `recursive` never returns under `/proc`, where every new folder fails as
 * if the one above it were missing.
 *
 * @throws what the file system throws
 */
export async function makeFolder(folder: string): Promise<void> {
  const { mkdir, stat } = await import('node:fs/promises');
  const { dirname, resolve } = await import('node:path');
  const make = async (path: string): Promise<void> => {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) return;
    if (!found && dirname(path) !== path) await make(dirname(path));
    await mkdir(path).catch(async (error: unknown) => {
      // Another process may have been faster.
      const now = await stat(path).catch(() => undefined);
      if (!now?.isDirectory()) throw error;
    });
  };
  await make(resolve(folder));
}
