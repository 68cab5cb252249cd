/**
 * ALBERT's heads as data: short chains of layers over the encoder's output, and their outputs.
 *
 * The plain model, every executor, the ONNX export and the list of weights all read a head from this table. Source:
 * huggingface/transformers `models/albert/modeling_albert.py`; weight names are given without the `albert.` prefix.
 */
import type { Activation } from './activations.ts';
import { numLabels, type AlbertConfig } from './config.ts';

/**
 * A size that depends on the model or on the batch. `batch` counts rows; multiple choice has `choices` rows for each of its
 * `questions`.
 */
export type Dimension =
  'batch' | 'length' | 'questions' | 'choices' | 'embedding' | 'hidden' | 'labels' | 'vocabulary' | number;

/** `activation(x W + b)`. */
export interface LinearStep {
  /** Prefix of `weight` and `bias`. */
  readonly linear: string;
  /** Size of the result. */
  readonly size: Dimension;
  /** `hidden_act`: the activation that the configuration names. Default: none. */
  readonly activation?: Activation | 'hidden_act';
  /** In training, dropout of `classifier_dropout_prob` is applied to the input. */
  readonly dropout?: true;
}

/** Normalizes, scales and shifts the last axis. */
export interface LayerNormStep {
  /** Prefix of `weight` and `bias`. */
  readonly layerNorm: string;
}

/** `x E^T + b` with the word embeddings `E` as decoder: `[.., embedding] -> [.., vocabulary]`. */
export interface TiedStep {
  readonly tied: 'embeddings.word_embeddings';
  /** Full name of the bias. */
  readonly bias: string;
}

/** One layer of a head. */
export type HeadStep = LinearStep | LayerNormStep | TiedStep;

/** An output tensor of a head. */
export interface HeadOutput {
  readonly shape: readonly Dimension[];
  /** The only column of the chain's result to return. Default: all of them. */
  readonly column?: number;
}

/** Layers that run one after the other, and their outputs. */
export interface HeadChain {
  /** The input: the first token of each row, `[batch, hidden]`, or every token, `[batch, length, hidden]`. */
  readonly reads: 'first' | 'all';
  readonly steps: readonly HeadStep[];
  /** Outputs by Hugging Face's names. */
  readonly outputs: Readonly<Record<string, HeadOutput>>;
}

/** One head. */
export interface HeadSpec {
  /** Hugging Face's class, as `architectures` names it. */
  readonly architecture: string;
  readonly chains: Readonly<Record<string, HeadChain>>;
}

/** `tanh(W h[:, 0] + b)`: the base model's summary of a row. */
const pooler: LinearStep = { linear: 'pooler', size: 'hidden', activation: 'tanh' };

/** Returns the masked-LM decoder, given the name of its logits in a head. */
const predictions = (name: string): HeadChain => ({
  reads: 'all',
  steps: [
    { linear: 'predictions.dense', size: 'embedding', activation: 'hidden_act' },
    { layerNorm: 'predictions.LayerNorm' },
    { tied: 'embeddings.word_embeddings', bias: 'predictions.bias' },
  ],
  outputs: { [name]: { shape: ['batch', 'length', 'vocabulary'] } },
});

const lastHiddenState: HeadChain = {
  reads: 'all',
  steps: [],
  outputs: { last_hidden_state: { shape: ['batch', 'length', 'hidden'] } },
};

/** Every head; `base` is the encoder with its pooler, `encoder` is without it (`add_pooling_layer=False`). */
export const heads = {
  base: {
    architecture: 'AlbertModel',
    chains: {
      hidden: lastHiddenState,
      pooled: { reads: 'first', steps: [pooler], outputs: { pooler_output: { shape: ['batch', 'hidden'] } } },
    },
  },
  encoder: {
    architecture: 'AlbertModel',
    chains: { hidden: lastHiddenState },
  },
  pretraining: {
    architecture: 'AlbertForPreTraining',
    chains: {
      predictions: predictions('prediction_logits'),
      order: {
        reads: 'first',
        steps: [pooler, { linear: 'sop_classifier.classifier', size: 2, dropout: true }],
        outputs: { sop_logits: { shape: ['batch', 2] } },
      },
    },
  },
  masked_lm: {
    architecture: 'AlbertForMaskedLM',
    chains: { predictions: predictions('logits') },
  },
  sequence_classification: {
    architecture: 'AlbertForSequenceClassification',
    chains: {
      classes: {
        reads: 'first',
        steps: [pooler, { linear: 'classifier', size: 'labels', dropout: true }],
        outputs: { logits: { shape: ['batch', 'labels'] } },
      },
    },
  },
  token_classification: {
    architecture: 'AlbertForTokenClassification',
    chains: {
      classes: {
        reads: 'all',
        steps: [{ linear: 'classifier', size: 'labels', dropout: true }],
        outputs: { logits: { shape: ['batch', 'length', 'labels'] } },
      },
    },
  },
  question_answering: {
    architecture: 'AlbertForQuestionAnswering',
    chains: {
      span: {
        reads: 'all',
        steps: [{ linear: 'qa_outputs', size: 2 }],
        outputs: {
          start_logits: { shape: ['batch', 'length'], column: 0 },
          end_logits: { shape: ['batch', 'length'], column: 1 },
        },
      },
    },
  },
  multiple_choice: {
    architecture: 'AlbertForMultipleChoice',
    chains: {
      scores: {
        reads: 'first',
        steps: [pooler, { linear: 'classifier', size: 1, dropout: true }],
        outputs: { logits: { shape: ['questions', 'choices'] } },
      },
    },
  },
} as const satisfies Record<string, HeadSpec>;

/** The name of a head in this project. */
export type Head = keyof typeof heads;

/** Every head, in the order of the table. */
export const headNames = Object.keys(heads) as Head[];

/** Returns a head's row of the table, typed for any head. */
export function headSpec(head: Head): HeadSpec {
  return heads[head];
}

/** Returns the head that `architectures` names; a configuration that names none is a base model. */
export function headOf({ architectures }: AlbertConfig): Head {
  return headNamed(architectures) ?? 'base';
}

/**
 * Returns the head of the first class that has one, else `base`; undefined if no class is known. The TensorFlow and Flax
 * classes of transformers have the same heads.
 */
export function headNamed(architectures: readonly string[]): Head | undefined {
  const named = architectures.flatMap((architecture) => {
    const name = architecture.replace(/^(?:TF|Flax)/u, '');
    return headNames.find((head) => heads[head].architecture === name) ?? [];
  });
  return named.find((head) => head !== 'base') ?? named[0];
}

/** Returns the class name that a head has in `architectures`. */
export function architectureOf(head: Head): string {
  return heads[head].architecture;
}

/** What determines a head's layers besides its row of the table. */
type HeadOptions = Pick<AlbertConfig, 'tie_word_embeddings'>;

/** Returns the chains of a head, in the order of the table; a decoder that is not tied is an ordinary linear layer. */
export function headChains(
  head: Head,
  { tie_word_embeddings: tied }: HeadOptions = { tie_word_embeddings: true },
): HeadChain[] {
  const chains: HeadChain[] = Object.values(headSpec(head).chains);
  return tied ? chains : chains.map((chain) => ({ ...chain, steps: chain.steps.map(untied) }));
}

const untied = (step: HeadStep): HeadStep =>
  'tied' in step ? { linear: 'predictions.decoder', size: 'vocabulary' } : step;

/** Returns whether a head reads the pooled first token. */
export function usesPooler(head: Head): boolean {
  return headChains(head).some(({ steps }) => steps.includes(pooler));
}

/** Returns whether a head decodes with the word embeddings, and so needs the whole table. */
export function usesWordEmbeddings(head: Head, config: HeadOptions): boolean {
  return headChains(head, config).some(({ steps }) => steps.some((step) => 'tied' in step));
}

/** The sizes of one batch: rows, tokens of the longest row, and rows per question. */
export interface BatchSizes {
  readonly batch: number;
  readonly length: number;
  /** Default 1. */
  readonly choices?: number;
}

/** Resolves a symbolic shape to numbers. The sizes of steps do not depend on the batch, so it can be left out for them. */
export function shapeOf(
  shape: readonly Dimension[],
  config: AlbertConfig,
  { batch, length, choices = 1 }: BatchSizes = { batch: NaN, length: NaN },
): number[] {
  const sizes = {
    batch,
    length,
    choices,
    questions: batch / choices,
    embedding: config.embedding_size,
    hidden: config.hidden_size,
    labels: numLabels(config),
    vocabulary: config.vocab_size,
  };
  return shape.map((dimension) => (typeof dimension === 'number' ? dimension : sizes[dimension]));
}

/** A chain of only linear layers. */
export interface LinearChain extends HeadChain {
  readonly steps: readonly LinearStep[];
}

/** Returns a head's only chain if all its layers are linear; undefined for heads that return hidden states or predict words. */
export function linearChain(head: Head): LinearChain | undefined {
  const [chain, ...others] = headChains(head);
  return chain && others.length === 0 && isLinear(chain) ? chain : undefined;
}

function isLinear(chain: HeadChain): chain is LinearChain {
  return chain.steps.length > 0 && chain.steps.every((step) => 'linear' in step);
}
