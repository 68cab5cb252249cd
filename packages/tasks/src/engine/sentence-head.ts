/** What a sentence encoder has around its encoder: what becomes of a text before, and of the hidden states after. */
import type { EncoderFiles, ModelFiles } from '@albert-web/checkpoints';
import { readSentenceModules, readSentenceSettings, type SentenceOptions } from '@albert-web/checkpoints';
import type { HostOutputs, HostTensor, RawInputs } from '@albert-web/core';
import { maskOf } from '@albert-web/core';
import { heads } from '@albert-web/core/spec';
import type { Encoding, TextInput, Tokenizer } from '@albert-web/tokenizer';
import { checkWidths, sentenceVector } from './sentence-vector.ts';

/** Turns hidden states into one embedding a sentence. */
export interface SentenceHead {
  /** Tokens a sequence may have, special tokens included, where the folder says so. */
  readonly maxLength: number | undefined;
  /** @throws SentenceModuleError when the modules do not fit each other, or hidden states of this width */
  checkWidths(hiddenSize: number): void;
  /** A text as the encoder is to read it. */
  prepare(text: TextInput): TextInput;
  /** The encoding of a prepared text, its offsets in the text as it was given. */
  restore(encoding: Encoding): Encoding;
  /**
   * `sentence_embedding` `[batch, size]` in place of `last_hidden_state`.
   *
   * @param tokenizer counts the tokens of a prompt that is to be left out.
   */
  apply(outputs: HostOutputs, inputs: RawInputs, tokenizer: Tokenizer): HostOutputs;
}

/** Heads whose names `config.json` may have kept when the model was made a sentence encoder. */
const headsOfEncoders: readonly string[] = ['base', 'encoder', 'masked_lm'];

const otherArchitectures = Object.entries(heads)
  .filter(([name]) => !headsOfEncoders.includes(name))
  .map(([, { architecture }]) => architecture);

/**
 * Whether `config.json` names a head that sentence encoders do not have. The folder is then not searched for their files, which
 * would each be a failed request: `modules.json` of a classifier, if there is one, lists the encoder alone.
 */
export function hasOtherHead({ config }: EncoderFiles): boolean {
  const architectures: unknown = config?.['architectures'];
  return Array.isArray(architectures) && otherArchitectures.some((name) => architectures.includes(name));
}

/**
 * Reads the modules behind the encoder; undefined for a model that is no sentence encoder.
 *
 * @throws SentenceModuleError for a module or a setting that is not known, and what loading a checkpoint throws.
 */
export async function loadSentenceHead(
  files: ModelFiles,
  encoder: EncoderFiles,
  options: SentenceOptions = {},
): Promise<SentenceHead | undefined> {
  const modules = hasOtherHead(encoder) ? undefined : await readSentenceModules(files, options);
  if (!modules) return undefined;
  const { maxLength, lowerCase, prompt, truncateDim } = await readSentenceSettings(files, encoder.files, options);
  const embed = sentenceVector(modules);
  const prepared = (text: string): string => (lowerCase ? `${prompt}${text}`.toLowerCase() : `${prompt}${text}`);
  return {
    maxLength,
    checkWidths: (hiddenSize) => checkWidths(modules, hiddenSize),
    prepare: (text) => (typeof text === 'string' ? prepared(text) : [prepared(text[0]), text[1]]),
    restore: (encoding) => (prompt === '' ? encoding : withoutPrompt(encoding, prompt.length)),
    apply(outputs, inputs, tokenizer) {
      const { shape = [], values = new Float32Array() } = outputs['last_hidden_state'] ?? {};
      const [batch = 0, length = 0, width = 0] = shape;
      const mask = maskOf(inputs);
      // Its `[SEP]` is not part of the sequence that goes on with the text.
      const promptTokens = prompt === '' ? 0 : tokenizer.encode(prepared('')).ids.length - 1;
      const vectors = Array.from({ length: batch }, (_, row) => {
        const hidden = values.subarray(row * length * width, (row + 1) * length * width);
        const seen = mask.subarray(row * length, (row + 1) * length);
        return embed({ values: hidden, mask: seen, width }, promptTokens).slice(0, truncateDim);
      });
      return { sentence_embedding: joinRows(vectors) };
    },
  };
}

/** Offsets in the text behind the prompt; tokens of the prompt stand for nothing there. */
function withoutPrompt(encoding: Encoding, prompt: number): Encoding {
  const offsets = encoding.offsets.map(
    ([start, end]) => [Math.max(start - prompt, 0), Math.max(end - prompt, 0)] as const,
  );
  return { ...encoding, offsets };
}

function joinRows(vectors: readonly Float32Array[]): HostTensor {
  const size = vectors[0]?.length ?? 0;
  const values = new Float32Array(vectors.length * size);
  vectors.forEach((vector, row) => values.set(vector, row * size));
  return { shape: [vectors.length, size], values };
}
