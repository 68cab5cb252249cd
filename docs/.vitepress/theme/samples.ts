/** A program in `docs/playground`. Its first line is a comment with the title. */
export interface Sample {
  readonly title: string;
  readonly code: string;
}

const files = import.meta.glob<string>('../../playground/*.js', { query: '?raw', import: 'default', eager: true });

/** All samples, in the order of their file names. */
export const samples: readonly Sample[] = Object.entries(files)
  .toSorted(([a], [b]) => a.localeCompare(b))
  .map(([, text]) => ({
    title: text.slice(3, text.indexOf('\n')),
    code: text.slice(text.indexOf('\n') + 1),
  }));
