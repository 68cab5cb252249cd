/** Files that are picked or dropped. */

/** Calls `take` with what `input` picks and what falls on `area`, which shows that it takes files. */
export function startChoosing(input: HTMLInputElement, area: HTMLElement, take: (file: File) => void): void {
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) take(file);
    input.value = '';
  });
  area.addEventListener('dragover', (event) => {
    event.preventDefault();
    event.stopPropagation();
    area.dataset['over'] = '';
  });
  area.addEventListener('dragleave', () => delete area.dataset['over']);
  area.addEventListener('drop', (event) => {
    delete area.dataset['over'];
    const [file] = event.dataTransfer?.files ?? [];
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    take(file);
  });
}

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
