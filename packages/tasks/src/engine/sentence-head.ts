/** The parts of a sentence encoder around its encoder: they prepare the text, and turn hidden states into embeddings. */
import { allocate } from '@albert-web/errors';
import type { EncoderFiles, ModelFiles } from '@albert-web/checkpoints';
import { readSentenceModules, readSentenceSettings, type SentenceOptions } from '@albert-web/checkpoints';
import type { HostOutputs, HostTensor, RawInputs } from '@albert-web/core';
import { maskOf } from '@albert-web/core';
import { heads } from '@albert-web/core/spec';
import type { Encoding, TextInput, Tokenizer } from '@albert-web/tokenizer';
import { checkWidths, sentenceVector } from './sentence-vector.ts';

/** Turns hidden states into one embedding per sentence. */
export interface SentenceHead {
  /** Maximum sequence length in tokens, special tokens included, if the folder sets it. */
  readonly maxLength: number | undefined;
  /** @throws SentenceModuleError when the modules do not fit each other, or do not fit hidden states of this width */
  checkWidths(hiddenSize: number): void;
  /** Prepares a text for the encoder: adds the prompt and lower-cases it if the folder says so. */
  prepare(text: TextInput): TextInput;
  /** Changes the offsets in the encoding of a prepared text so that they refer to the original text. */
  restore(encoding: Encoding): Encoding;
  /**
   * Computes `sentence_embedding` `[batch, size]` from `last_hidden_state`.
   *
   * @param tokenizer used to count the tokens of a prompt that pooling excludes
   */
  apply(outputs: HostOutputs, inputs: RawInputs, tokenizer: Tokenizer): HostOutputs;
}

/** Heads that `config.json` may still name although the model was turned into a sentence encoder. */
const headsOfEncoders: readonly string[] = ['base', 'encoder', 'masked_lm'];

const otherArchitectures = Object.entries(heads)
  .filter(([name]) => !headsOfEncoders.includes(name))
  .map(([, { architecture }]) => architecture);

/**
 * Whether `config.json` names a head that sentence encoders do not have. If so, the folder is not searched for their files,
 * because each would be a failed request. If a classifier has a `modules.json`, it lists only the encoder.
 */
export function hasOtherHead({ config }: EncoderFiles): boolean {
  const architectures: unknown = config?.['architectures'];
  return Array.isArray(architectures) && otherArchitectures.some((name) => architectures.includes(name));
}

/**
 * Reads the modules that follow the encoder. Returns undefined for a model that is not a sentence encoder.
 *
 * @throws SentenceModuleError for an unknown module or setting, and what loading a checkpoint throws
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
      // Without the prompt's own `[SEP]`, because the sequence continues with the text.
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

/** Moves offsets so that they refer to the text after the prompt. Tokens of the prompt get empty ranges. */
function withoutPrompt(encoding: Encoding, prompt: number): Encoding {
  const offsets = encoding.offsets.map(
    ([start, end]) => [Math.max(start - prompt, 0), Math.max(end - prompt, 0)] as const,
  );
  return { ...encoding, offsets };
}

function joinRows(vectors: readonly Float32Array[]): HostTensor {
  const size = vectors[0]?.length ?? 0;
  const values = allocate(Float32Array, vectors.length * size);
  vectors.forEach((vector, row) => values.set(vector, row * size));
  return { shape: [vectors.length, size], values };
}
