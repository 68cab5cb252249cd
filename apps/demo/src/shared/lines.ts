/** Splits a list into lines. */
import { visibleText } from 'albert-web';

/** Returns the lines that contain visible characters. */
export function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => visibleText(line).trim() || []);
}
