/** Handles picked and dropped files. */

/** Calls `take` with a file picked by `input` or dropped on `area`, which is highlighted as a drop target. */
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

/** Whether files are dragged, not text or an image from a page. */
export function holdsFiles({ types }: DataTransfer): boolean {
  return types.includes('Files');
}

/** Returns all dropped files, including those in folders. Call it in the event handler: the data is gone afterwards. */
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

// Not with `instanceof`, because Chromium's names for these classes differ from the standard.
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** Reads all entries of a folder. A reader returns a hundred at a time, and none at the end. */
async function readFolder(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
