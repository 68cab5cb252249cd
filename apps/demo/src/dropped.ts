/** Files of a dropped folder, with the paths a folder picker would give them. */

/** Whether files are dragged, and not text or a picture of a page. */
export function holdsFiles({ types }: DataTransfer): boolean {
  return types.includes('Files');
}

/** Everything that was dropped, folders opened. Call in the event itself: a drop is gone after it. */
export async function droppedFiles({ items }: DataTransfer): Promise<File[]> {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const files = await Promise.all(entries.map(filesOf));
  return files.flat();
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    const path = entry.fullPath.replace(/^\//u, '');
    return [path.includes('/') ? Object.defineProperty(file, 'webkitRelativePath', { value: path }) : file];
  }
  if (!isFolder(entry)) return [];
  const files = await Promise.all((await readFolder(entry)).map(filesOf));
  return files.flat();
}

// Not by class: Chromium has other names for these classes than the standard.
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** A reader gives a hundred entries at a time, and none at the end. */
async function readFolder(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
