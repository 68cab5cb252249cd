/** The lines of a list. */
import { visibleText } from 'albert-web';

/** The lines that hold something a person can see. */
export function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => visibleText(line).trim() || []);
}
