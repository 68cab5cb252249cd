/** Removes invisible characters from texts. */
import { checkArgument, string } from '@albert-web/errors';

/** Soft hyphens, byte order marks, directional marks, variation selectors, tags etc., but not zero-width spaces and joiners. */
const ignorable = /(?![\u200B-\u200D])\p{Default_Ignorable_Code_Point}/gu;

/** Joiners are meaningful in Arabic and Indic scripts and in emoji, zero-width spaces in Thai; neither is in Latin script. */
const joiners = /[\u200B-\u200D]+(?=[\p{Script=Latin}\p{N}\p{P}\s]|$)/gu;

/**
 * Removes invisible characters, such as soft hyphens and directional marks, which copied text often contains.
 *
 * Models do see them: ALBERT's tokenizer reads them as unknown pieces, or as spaces within words, and this library does the
 * same, as Hugging Face does. Call this function first for texts that people wrote or pasted.
 *
 * @throws InvalidArgumentError for anything but a string
 */
export function visibleText(text: string): string {
  checkArgument('text', text, string);
  return text.replaceAll(ignorable, '').replaceAll(joiners, '');
}
