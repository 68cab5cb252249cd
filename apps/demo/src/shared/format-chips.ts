/** Shows how a file is read, as chips with which users can change the settings. */
import { text } from '../strings/index.ts';
import { make } from './dom.ts';
import type { TableFormat } from './table-file.ts';
import { UnreadableTableError } from './errors.ts';

type Choices = { readonly [K in keyof TableFormat]: Readonly<Record<TableFormat[K], string>> };

const labels = text.file;
const choices: Choices = {
  encoding: labels.encodings,
  separator: labels.separators,
  quoting: labels.quotings,
  header: labels.headers,
};

/** Fills `place` with a chip for each setting. @param change called with the setting that the user changed */
export function showFormat(
  place: HTMLElement,
  format: TableFormat,
  change: (changed: Partial<TableFormat>) => void,
): void {
  place.replaceChildren(...chipsOf(format, change));
}

/** Creates chips for a file that was rejected, if other settings may help. */
export function refusedFormat(error: unknown, change: (changed: Partial<TableFormat>) => void): HTMLElement[] {
  if (!(error instanceof UnreadableTableError) || !error.format) return [];
  const chips = chipsOf(error.format, change);
  return [make('div', { className: 'row chips', role: 'group', ariaLabel: labels.format }, ...chips)];
}

function chipsOf(format: TableFormat, change: (changed: Partial<TableFormat>) => void): HTMLElement[] {
  const keys = Object.keys(choices) as (keyof TableFormat)[];
  return keys.map((key) => {
    const options = Object.entries(choices[key]).map(([value, name]) => make('option', { value }, name));
    const select = make('select', {}, ...options);
    select.value = format[key];
    select.addEventListener('change', () => change({ [key]: select.value }));
    return make('label', { className: 'format-chip' }, labels[key], select);
  });
}
