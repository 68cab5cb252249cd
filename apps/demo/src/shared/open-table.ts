/** Opens tables in a tab, and lets users change how the file is read. */
import { refusedFormat, showFormat } from './format-chips.ts';
import type { TableFile, TableFormat } from './table-file.ts';

/** A tab that accepts tables. */
export interface TablePlace {
  /** Container of the chips that show how the file is read. */
  readonly chips: HTMLElement;
  /** Shows a table. @throws an error if the tab cannot use it */
  readonly take: (table: TableFile) => void;
  /** Called with the reason why a file cannot be used, and possible remedies. The previous table stays open. */
  readonly fail: (error: unknown, remedies: readonly HTMLElement[]) => void;
}

/** Creates a function that opens a file. The file is read again whenever a chip is changed. */
export function tableOpener({ chips, take, fail }: TablePlace): (file: File) => Promise<void> {
  /** Shows the chips of the open table. */
  let showChips = (): void => undefined;
  /** Identifies the latest file. If an earlier one takes longer to read, it is ignored. */
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
    // Also after a rejection, which may be caused by a changed chip: then the chips show again how the open table was read.
    showChips();
  };
  return (file) => open(file, {});
}
