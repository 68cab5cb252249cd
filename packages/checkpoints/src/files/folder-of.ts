import type { ModelFiles } from './types.ts';

/** Returns the files in a folder of a model, by their paths relative to it. */
export function folderOf(files: ModelFiles, folder: string): ModelFiles {
  const at = (path: string): string => `${folder}/${path}`;
  return {
    ...movedFiles(files, (path) => Promise.resolve(at(path))),
    location: `${files.location.replace(/\/$/u, '')}/${folder}`,
    list:
      files.list &&
      (async (options) => {
        const paths = (await files.list?.(options)) ?? [];
        return paths.filter((path) => path.startsWith(at(''))).map((path) => path.slice(at('').length));
      }),
  };
}

/** Returns the same files under other paths. @param move maps a requested path to the actual one */
export function movedFiles(files: ModelFiles, move: (path: string) => Promise<string>): ModelFiles {
  return {
    ...files,
    readBytes: async (path, options) => files.readBytes(await move(path), options),
    readText: async (path, options) => files.readText(await move(path), options),
    readJson: async (path, options) => files.readJson(await move(path), options),
    size: async (path, options) => files.size(await move(path), options),
    has: async (path, options) => files.has(await move(path), options),
  };
}
