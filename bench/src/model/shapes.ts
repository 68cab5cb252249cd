/** The parts of a model, and the sizes that are measured: the paper's, and one that is small enough for every emulator. */
import type { Checkpoint } from '@albert-web/checkpoints';
import type { AlbertConfig } from '@albert-web/core';
import { defaultConfig, paperSizes } from '@albert-web/core/spec';

/** A model without a tokenizer. */
export interface Model {
  readonly config: AlbertConfig;
  readonly checkpoint: Checkpoint;
}

export type ShapeName = 'mini' | 'base' | 'large' | 'xlarge' | 'xxlarge';

const mini = { hidden_size: 128, num_hidden_layers: 4, num_attention_heads: 4, intermediate_size: 512 } as const;

/** Sixteen labels, so that there are enough numbers to compare two engines' outputs. */
const labels = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`LABEL_${index}`, index]));

export const shapeNames: readonly ShapeName[] = ['mini', 'base', 'large', 'xlarge', 'xxlarge'];

/** Returns the configuration of a sequence classifier of the shape. */
export function configOf(shape: ShapeName): AlbertConfig {
  return {
    ...defaultConfig,
    ...(shape === 'mini' ? { ...mini, vocab_size: 1000 } : paperSizes[shape]),
    architectures: ['AlbertForSequenceClassification'],
    id2label: Object.fromEntries(Object.entries(labels).map(([label, index]) => [index, label])),
    label2id: labels,
  };
}
