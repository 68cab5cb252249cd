import type { SpecialTokens } from '../config.ts';
import { type JsonPart, listOf, partOf, unsupported } from './file.ts';

/** The layout of a single text and of a pair: special tokens and texts (A and B), each with its token type. */
const single = ['cls:0', 'A:0', 'sep:0'];
const pair = [...single, 'B:1', 'sep:1'];
const untypedPair = [...single, 'B:0', 'sep:0'];

/**
 * Checks that a `tokenizer.json` adds special tokens as ALBERT's own tokenizers do.
 *
 * @returns whether the second text of a pair has token type 1
 * @throws TokenizerFormatError for any other layout
 */
export function checkPostProcessor(json: unknown, names: SpecialTokens): boolean {
  if (json === null || json === undefined) throw unsupported('post_processor', null);
  const part = partOf(json, 'post_processor');
  if (part['type'] === 'BertProcessing') {
    const [sep, cls] = [part['sep'], part['cls']].map((token) => listOf(token, 'a token of post_processor')[0]);
    if (sep === names.sep && cls === names.cls) return true;
  }
  if (part['type'] === 'TemplateProcessing') {
    const matches = (field: string, expected: readonly string[]): boolean =>
      listOf(part[field], field)
        .map((piece) => nameOf(partOf(piece, `a piece of ${field}`), names))
        .join() === expected.join();
    if (matches('single', single)) {
      if (matches('pair', pair)) return true;
      if (matches('pair', untypedPair)) return false;
    }
  }
  throw unsupported('post_processor', part);
}

function nameOf(piece: JsonPart, { cls, sep }: SpecialTokens): string {
  const [kind = ''] = Object.keys(piece);
  const { id, type_id: type } = partOf(piece[kind], 'a piece of a template');
  if (kind === 'Sequence') return `${String(id)}:${String(type)}`;
  const role = id === cls ? 'cls' : id === sep ? 'sep' : String(id);
  return `${role}:${String(type)}`;
}
