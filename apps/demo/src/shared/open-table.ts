/** A table that is open in a tab, and how its file is read. */
import { refusedFormat, showFormat } from './format-chips.ts';
import type { TableFile, TableFormat } from './table-file.ts';

/** A tab that takes tables. */
export interface TablePlace {
  /** Where the chips are that say how the file is read. */
  readonly chips: HTMLElement;
  /** Shows a table. @throws what makes this one useless here. */
  readonly take: (table: TableFile) => void;
  /** Told why a file cannot be used, and what may help. The table that was open stays open. */
  readonly fail: (error: unknown, remedies: readonly HTMLElement[]) => void;
}

/** @returns what opens a file. It is read again whenever a chip is changed. */
export function tableOpener({ chips, take, fail }: TablePlace): (file: File) => Promise<void> {
  /** Of the table that is open. */
  let showChips = (): void => undefined;
  /** A file that takes longer to read than one that was opened after it is dropped. */
  let latest: object | undefined;
  const open = async (file: File, known: Partial<TableFormat>): Promise<void> => {
    const opening = (latest = {});
    const reread = (changed: Partial<TableFormat>): void => void open(file, { ...known, ...changed });
    try {
      const { readTableFile } = await import('./read-table.ts');
      const table = await readTableFile(file, known);
      if (opening !== latest) return;
      take(table);
      showChips = () => showFormat(chips, table.format, reread);
    } catch (error) {
      if (opening !== latest) return;
      fail(error, refusedFormat(error, reread));
    }
    // Also after a refusal, which a changed chip may have caused: they show again how the open table was read.
    showChips();
  };
  return (file) => open(file, {});
}
