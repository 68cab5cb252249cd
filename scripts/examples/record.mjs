// Writes the table of examples and what they ran on.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';

const columns = ['example', 'mode', 'routes', 'probability', 'backend', 'threads', 'isolated'];

/** Replaces the rows of one example in the file. */
export async function recordResults(file, name, rows) {
  const before = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const others = before.filter(
    (line) => line.startsWith('| ') && !line.startsWith('| example') && !line.startsWith('| ---'),
  );
  const kept = others.filter((line) => line.split('|')[1].trim() !== name);
  const added = rows.map((row) => lineOf(columns.map((column) => ({ example: name, ...row })[column] ?? '')));
  const table = [
    lineOf(columns),
    lineOf(columns.map(() => '---')),
    ...[...kept, ...added].toSorted((a, b) => a.localeCompare(b)),
  ];
  const text = `# What the examples ran on\n\nWritten by \`npm run examples\`.\n\n${table.join('\n')}\n`;
  writeFileSync(file, await format(text, { parser: 'markdown' }));
}

const lineOf = (cells) => `| ${cells.join(' | ')} |`;
