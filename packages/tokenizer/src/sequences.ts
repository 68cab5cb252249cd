import {
  checkArgument,
  checkOptions,
  flag,
  InvalidArgumentError,
  listOf,
  oneOf,
  whole,
  type Rule,
  type Rules,
} from '@albert-web/errors';
import type { TokenizerConfig } from './config.ts';
import type { Pipeline, TokenList } from './token-list.ts';
import type { DecodeOptions, EncodeTextOptions, Encoding, SpecialIds, TextInput, Tokenizer } from './tokenizer.ts';
import { planSequences, type TokenRange } from './truncation.ts';

/** An {@link Encoding} under construction. */
interface Row {
  ids: number[];
  typeIds: number[];
  attentionMask: number[];
  tokens: string[];
  offsets: (readonly [number, number])[];
  sequenceIds: (0 | 1 | null)[];
  readonly truncated: boolean;
}

function emptyRow(truncated: boolean): Row {
  return { ids: [], typeIds: [], attentionMask: [], tokens: [], offsets: [], sequenceIds: [], truncated };
}

const NOWHERE = [0, 0] as const;

/** Turns the tokens of a pipeline into sequences: adds special tokens, truncates, splits into windows, pads, and decodes. */
export class SequenceTokenizer implements Tokenizer {
  readonly special: SpecialIds;
  readonly vocabSize: number;
  readonly modelMaxLength: number;
  readonly secondTypeId: 0 | 1;
  readonly #pipeline: Pipeline;
  readonly #cutsLeft: boolean;

  constructor(
    pipeline: Pipeline,
    {
      specialTokens: names,
      truncationSide,
      hasTokenTypes,
      modelMaxLength,
    }: Pick<TokenizerConfig, 'specialTokens' | 'truncationSide' | 'hasTokenTypes' | 'modelMaxLength'>,
  ) {
    const { tokens } = pipeline.vocabulary;
    const idOf = (token: string): number => tokens.indexOf(token);
    this.#pipeline = pipeline;
    this.#cutsLeft = truncationSide === 'left';
    this.secondTypeId = hasTokenTypes ? 1 : 0;
    this.modelMaxLength = modelMaxLength;
    this.vocabSize = tokens.length;
    this.special = {
      pad: idOf(names.pad),
      unk: idOf(names.unk),
      cls: idOf(names.cls),
      sep: idOf(names.sep),
      mask: idOf(names.mask),
    };
  }

  encode(input: TextInput, options: EncodeTextOptions = {}): Encoding {
    checkArgument('input', input, textOrPair);
    checkOptions(options, encodeOptions);
    checkContradictions(options, typeof input === 'string');
    const rows = this.#rows(input, options);
    this.#pad(rows, options);
    return withOverflow(rows, options);
  }

  encodeBatch(inputs: readonly TextInput[], options: EncodeTextOptions = {}): Encoding[] {
    checkArgument('inputs', inputs, listOf(textOrPair));
    checkOptions(options, encodeOptions);
    const sequences = inputs.map((input) => {
      checkContradictions(options, typeof input === 'string');
      return this.#rows(input, options);
    });
    this.#pad(sequences.flat(), options);
    return sequences.map((rows) => withOverflow(rows, options));
  }

  decode(ids: ArrayLike<number>, options: DecodeOptions = {}): string {
    checkArgument('ids', ids, listOfIds);
    checkOptions(options, decodeOptions);
    const { skipSpecialTokens = false } = options;
    const { specialTokens } = this.#pipeline.vocabulary;
    const tokens = Array.from(ids, (id) => this.idToToken(id) ?? this.#unknownId(id));
    return this.#pipeline.join(skipSpecialTokens ? tokens.filter((token) => !specialTokens.has(token)) : tokens);
  }

  tokenToId(token: string): number | undefined {
    return this.#pipeline.vocabulary.ids.get(token);
  }

  idToToken(id: number): string | undefined {
    return this.#pipeline.vocabulary.tokens[id];
  }

  /** Returns the sequence, followed by its overflowing windows. */
  #rows(input: TextInput, options: EncodeTextOptions): Row[] {
    const texts = typeof input === 'string' ? [input] : input;
    const lists = texts.map((text) => this.#pipeline.tokenize(wellFormed(text)));
    const addSpecial = options.addSpecialTokens ?? true;
    const lengths = lists.map((list) => list.ids.length);
    const plan = planSequences(lengths, addSpecial ? texts.length + 1 : 0, this.#pipeline.cutPair, options);
    // For left truncation: keep the end of a text instead of its beginning.
    const mirror = (ranges: readonly TokenRange[]): TokenRange[] =>
      ranges.map(([from, to], i) => [(lengths[i] ?? 0) - to, (lengths[i] ?? 0) - from]);
    return plan.map((ranges) => this.#row(lists, this.#cutsLeft ? mirror(ranges) : ranges, addSpecial));
  }

  /** Builds `[CLS] first [SEP]`, or `[CLS] first [SEP] second [SEP]` with `secondTypeId` for the second text and its `[SEP]`. */
  #row(lists: readonly TokenList[], ranges: readonly TokenRange[], addSpecial: boolean): Row {
    const kept = ranges.reduce((sum, [from, to]) => sum + to - from, 0);
    const row = emptyRow(kept < lists.reduce((sum, { ids }) => sum + ids.length, 0));
    if (addSpecial) this.#pushSpecial(row, this.special.cls, 0, 1);
    for (const [i, list] of lists.entries()) {
      const sequence = i === 0 ? 0 : 1;
      const type = i === 0 ? 0 : this.secondTypeId;
      const [from, to] = ranges[i] ?? NOWHERE;
      for (let k = from; k < to; k++) {
        row.ids.push(list.ids[k] ?? 0);
        row.tokens.push(list.tokens[k] ?? '');
        row.offsets.push([list.starts[k] ?? 0, list.ends[k] ?? 0]);
        row.typeIds.push(type);
        row.attentionMask.push(1);
        row.sequenceIds.push(sequence);
      }
      if (addSpecial) this.#pushSpecial(row, this.special.sep, type, 1);
    }
    return row;
  }

  #pushSpecial(row: Row, id: number, typeId: 0 | 1, attention: 0 | 1): void {
    row.ids.push(id);
    row.tokens.push(this.idToToken(id) ?? '');
    row.offsets.push(NOWHERE);
    row.typeIds.push(typeId);
    row.attentionMask.push(attention);
    row.sequenceIds.push(null);
  }

  #pad(rows: readonly Row[], options: EncodeTextOptions): void {
    const { padding = false, padToMultipleOf = 1, maxLength = 0, paddingSide = 'right' } = options;
    if (padding === false) return;
    const wanted = padding === 'max_length' ? maxLength : rows.reduce((most, row) => Math.max(most, row.ids.length), 0);
    const length = Math.ceil(wanted / padToMultipleOf) * padToMultipleOf;
    if (length > maxPaddedLength) throw tooLong(length);
    for (const row of rows) {
      const filler = this.#row([], [], false);
      for (let i = row.ids.length; i < length; i++) this.#pushSpecial(filler, this.special.pad, 0, 0);
      attach(row, filler, paddingSide);
    }
  }

  #unknownId(id: number): never {
    throw new InvalidArgumentError({
      problem: `Id ${id} is not in the vocabulary`,
      expected: `Expected a whole number from 0 to ${this.vocabSize - 1}`,
      remedy: 'Use ids of the same model',
    });
  }
}

/** Far beyond the positions of any model; a larger length is a mistake that would exhaust memory. */
const maxPaddedLength = 1 << 20;

function tooLong(length: number): InvalidArgumentError {
  return new InvalidArgumentError({
    problem: `Sequences would be padded to ${length} tokens`,
    expected: `Expected at most ${maxPaddedLength}`,
    remedy: 'Lower maxLength or padToMultipleOf',
  });
}

function attach(row: Row, filler: Row, side: 'left' | 'right'): void {
  // Not `push(...list)`: a long list would overflow the stack.
  const joined = <T>(list: readonly T[], more: readonly T[]): T[] =>
    side === 'left' ? [...more, ...list] : [...list, ...more];
  row.ids = joined(row.ids, filler.ids);
  row.tokens = joined(row.tokens, filler.tokens);
  row.offsets = joined(row.offsets, filler.offsets);
  row.typeIds = joined(row.typeIds, filler.typeIds);
  row.attentionMask = joined(row.attentionMask, filler.attentionMask);
  row.sequenceIds = joined(row.sequenceIds, filler.sequenceIds);
}

function withOverflow([main, ...overflowing]: readonly Row[], { stride }: EncodeTextOptions): Encoding {
  const row = main ?? emptyRow(false);
  return stride === undefined ? row : { ...row, overflowing };
}

/** Replaces lone surrogates, which UTF-8 cannot encode, with U+FFFD. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

const textOrPair: Rule = {
  expected: 'a text, or a pair of them: [first, second]',
  accepts: (input) =>
    typeof input === 'string' ||
    (Array.isArray(input) && input.length === 2 && input.every((text) => typeof text === 'string')),
};

const listOfIds: Rule = {
  expected: 'a list of ids',
  accepts: (ids) => Array.isArray(ids) || ArrayBuffer.isView(ids),
};

const encodeOptions: Rules<Required<EncodeTextOptions>> = {
  addSpecialTokens: flag,
  maxLength: whole(0),
  truncation: oneOf(['longest_first', 'only_first', 'only_second', 'do_not_truncate']),
  stride: whole(0),
  padding: oneOf([false, 'longest', 'max_length']),
  padToMultipleOf: whole(1),
  paddingSide: oneOf(['left', 'right']),
};

const decodeOptions: Rules<Required<DecodeOptions>> = { skipSpecialTokens: flag };

function checkContradictions(options: EncodeTextOptions, single: boolean): void {
  const { maxLength, stride, padding, truncation = 'longest_first' } = options;
  if (padding === 'max_length' && maxLength === undefined)
    throw contradiction('padding is max_length', 'Give maxLength');
  if (single && truncation === 'only_second')
    throw contradiction('truncation is only_second for a single text', 'Use only_first');
  if (!single && stride !== undefined && truncation === 'longest_first') {
    throw contradiction('stride is given for a pair and truncation is longest_first', 'Use only_first or only_second');
  }
}

function contradiction(problem: string, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError({ problem: `The options contradict each other: ${problem}`, remedy });
}
