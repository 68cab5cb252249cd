/** A text as a person sees it: without the characters that show nothing. */

/** Soft hyphens, byte order marks, marks of direction, selectors of variants, tags, and the like; not the space of zero width and joiners. */
const ignorable = /(?![\u200B-\u200D])\p{Default_Ignorable_Code_Point}/gu;

/** Joiners mean something between Arabic or Indic letters, and in emoji; the space of zero width in Thai. In Latin script they do not. */
const joiners = /[\u200B-\u200D]+(?=[\p{Script=Latin}\p{N}\p{P}\s]|$)/gu;

/**
 * Leaves out characters that show nothing, such as soft hyphens and marks of direction, as they come along with copied text.
 *
 * To a model they are no nothing: ALBERT's tokenizer reads them as unknown pieces, or as spaces within words, and so does this library,
 * as Hugging Face does. For texts that people wrote or pasted, call this first.
 */
export function visibleText(text: string): string {
  return text.replaceAll(ignorable, '').replaceAll(joiners, '');
}
