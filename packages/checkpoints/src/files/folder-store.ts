import { copyOf } from '@albert-web/errors';
import { makeFolder } from './make-folder.ts';
import { sha256 as sha256Of } from './sha256.ts';
import { storeVersion, urlOfKey, type FileStore } from './store.ts';
import { undefinedIfMissing } from './optional.ts';

/** Metadata stored beside each cached file. */
interface Note {
  readonly key: string;
  readonly sha256: string;
  readonly version?: string;
}

/**
 * Opens a store in a folder on disk; Node only. File names are hashes of URLs, so that a URL cannot choose a path. Complete
 * files are renamed into place, so a killed process leaves no partial file under a final name.
 */
export async function openFolderStore(folder: string): Promise<FileStore> {
  const fs = await import('node:fs/promises');
  const path = await import('node:path');
  const root = path.join(folder, storeVersion);
  const locate = async (key: string): Promise<{ data: string; note: string }> => {
    const name = await sha256Of(new TextEncoder().encode(urlOfKey(key)));
    return { data: path.join(root, `${name}.bin`), note: path.join(root, `${name}.json`) };
  };
  const readNote = async (file: string): Promise<Note | undefined> => {
    const text = await undefinedIfMissing(fs.readFile(file, 'utf8'));
    try {
      return asNote(JSON.parse(text ?? 'null'));
    } catch {
      return undefined;
    }
  };
  const remove = (...files: string[]): Promise<unknown> =>
    Promise.all(files.map((file) => fs.rm(file, { force: true })));
  const write = async (file: string, content: Uint8Array | string): Promise<void> => {
    const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}.part`;
    try {
      await fs.writeFile(temporary, content);
      await fs.rename(temporary, file);
    } catch (error) {
      await remove(temporary);
      throw error;
    }
  };
  return {
    async get(key) {
      const { data, note } = await locate(key);
      const known = await readNote(note);
      if (known?.key !== key) return undefined;
      const bytes = await undefinedIfMissing(fs.readFile(data));
      return bytes && { bytes: copyOf(bytes), sha256: known.sha256, version: known.version };
    },
    has: async (key) => (await readNote((await locate(key)).note))?.key === key,
    async put(key, { bytes, sha256, version }) {
      const { data, note } = await locate(key);
      await makeFolder(root);
      // A file counts only with its metadata, so the metadata is removed first and written last.
      await remove(note);
      await write(data, bytes);
      await write(note, JSON.stringify({ key, sha256, version } satisfies { [K in keyof Note]: Note[K] | undefined }));
    },
    async delete(key) {
      const { data, note } = await locate(key);
      await remove(note, data);
    },
    async clear(prefix = '') {
      const names = (await undefinedIfMissing(fs.readdir(root))) ?? [];
      // The unfinished file of a killed process has no metadata with its URL.
      const unfinished = names.filter((name) => name.endsWith('.part') && (prefix === '' || !isWriting(name)));
      await remove(...unfinished.map((name) => path.join(root, name)));
      for (const name of names.filter((name) => name.endsWith('.json'))) {
        const note = path.join(root, name);
        const known = await readNote(note);
        if (!known || known.key.startsWith(prefix)) await remove(note, note.replace(/\.json$/u, '.bin'));
      }
    },
  };
}

/** Whether the process with the id in the name of a `.part` file is still running. */
function isWriting(name: string): boolean {
  const pid = Number(name.split('.').at(-3));
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function asNote(json: unknown): Note | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { key, sha256, version } = json as Record<string, unknown>;
  if (typeof key !== 'string' || typeof sha256 !== 'string') return undefined;
  return { key, sha256, ...(typeof version === 'string' && { version }) };
}
