/**
 * Creates a folder and its parents; Node only. Node's own `recursive` option never returns under `/proc`, where creating
 * any folder fails as if its parent were missing.
 *
 * @throws any file system error
 */
export async function makeFolder(folder: string): Promise<void> {
  const { mkdir, stat } = await import('node:fs/promises');
  const path = await import('node:path');
  const make = async (wanted: string): Promise<void> => {
    const found = await stat(wanted).catch(() => undefined);
    if (found?.isDirectory()) return;
    if (!found && path.dirname(wanted) !== wanted) await make(path.dirname(wanted));
    await mkdir(wanted).catch(async (error: unknown) => {
      // Another process may have been faster.
      const now = await stat(wanted).catch(() => undefined);
      if (!now?.isDirectory()) throw error;
    });
  };
  await make(path.resolve(folder));
}
