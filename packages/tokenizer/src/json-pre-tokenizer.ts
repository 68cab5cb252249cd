import { AlignedText } from './aligned-text.ts';
import { splitWords } from './basic-tokenizer.ts';
import { flagOf, type JsonPart, listOf, partOf, unsupported } from './json-file.ts';
import { SPACE_MARK } from './spiece-normalizer.ts';

/** A stretch of normalized text that the model segments on its own. */
export interface Word {
  readonly text: AlignedText;
  readonly from: number;
  readonly to: number;
}

/** Cuts a normalized text into words. */
export type PreTokenizer = (text: AlignedText) => Word[];

const SPACE = 0x20;

/**
 * The pre-tokenizer of a `tokenizer.json` (huggingface/tokenizers, src/pre_tokenizers).
 * @throws TokenizerFormatError for one that is malformed or that no ALBERT model uses
 */
export function readPreTokenizer(json: unknown): PreTokenizer {
  const part = partOf(json, 'pre_tokenizer');
  const parts =
    part['type'] === 'Sequence'
      ? listOf(part['pretokenizers'], 'pretokenizers').map((inner) => partOf(inner, 'a pre-tokenizer'))
      : [part];
  const [first, second] = parts;
  const types = parts.map(({ type }) => type).join(' ');
  if (types === 'BertPreTokenizer') return (text) => splitWords(text).map(([from, to]) => ({ text, from, to }));
  if (types === 'Metaspace' && first) return metaspace(first);
  if (types === 'WhitespaceSplit Metaspace' && second) {
    const mark = metaspace(second);
    return (text) => splitAtSpaces(text).flatMap(mark);
  }
  throw unsupported('pre_tokenizer', types);
}

function splitAtSpaces(text: AlignedText): AlignedText[] {
  const words = text.slice(0, text.length).matchAll(/\P{White_Space}+/gu);
  return Array.from(words, ({ index, 0: word }) => text.range(index, index + word.length));
}

/** Writes spaces as marks, puts one before the text, and starts a word at each mark. */
function metaspace(part: JsonPart): PreTokenizer {
  if ((part['replacement'] ?? '▁') !== '▁') throw unsupported('the replacement of Metaspace', part['replacement']);
  if (!flagOf(part['split'], true, 'split')) throw unsupported('the split of Metaspace', false);
  const scheme =
    part['prepend_scheme'] ?? (flagOf(part['add_prefix_space'], true, 'add_prefix_space') ? 'always' : 'never');
  if (scheme !== 'always' && scheme !== 'first' && scheme !== 'never') throw unsupported('prepend_scheme', scheme);
  return (text) => {
    const marked = new AlignedText(text.length + 1);
    const start = text.starts[0] ?? 0;
    const begins = isSpace(text.units[0] ?? 0);
    const prepend = scheme === 'always' || (scheme === 'first' && start === 0);
    if (prepend && !begins && text.length > 0) marked.push(SPACE_MARK, start, start);
    for (let i = 0; i < text.length; i++) {
      const unit = text.units[i] ?? 0;
      marked.push(unit === SPACE ? SPACE_MARK : unit, text.starts[i] ?? 0, text.ends[i] ?? 0);
    }
    return splitAtMarks(marked);
  };
}

function splitAtMarks(text: AlignedText): Word[] {
  const words: Word[] = [];
  let from = 0;
  for (let i = 1; i <= text.length; i++) {
    if (i < text.length && text.units[i] !== SPACE_MARK) continue;
    words.push({ text, from, to: i });
    from = i;
  }
  return text.length > 0 ? words : [];
}

const isSpace = (unit: number): boolean => unit === SPACE || unit === SPACE_MARK;
