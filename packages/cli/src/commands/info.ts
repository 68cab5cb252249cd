import type { AlbertConfig, Head } from '@albert-web/core';
import { countParameters, defaultConfig, headSize, paperSizes, readConfig } from '@albert-web/core';
import { headIn, importModel, readSentenceModules } from '@albert-web/checkpoints';
import { InvalidArgumentError } from '@albert-web/errors';
import type { Command } from 'commander';
import { checkParts } from '../models/check-parts.ts';
import { openSource } from '../models/open-source.ts';
import { print, table } from '../output/print.ts';

/** `albert info [MODEL] [--sizes]`: describes a model, or prints the paper's table of sizes. */
export function register(program: Command): void {
  program
    .command('info')
    .description('describe a model, or count the parameters of the sizes in the paper')
    .argument('[model]', 'folder, URL or Hub id')
    .option('--sizes', "print the paper's table 1, computed from the configurations")
    .option('--json', 'print one line of JSON')
    .action(async (model: string | undefined, { sizes, json }: { sizes?: boolean; json?: boolean }) => {
      if (sizes) return printSizes(json);
      if (!model) {
        throw new InvalidArgumentError({ problem: 'No model was given', remedy: 'Pass a model, or --sizes' });
      }
      const { files, weights } = await openSource(model);
      const imported = await importModel(files, { weights });
      const warnings = await checkParts(files, imported);
      const config = readConfig(imported.config);
      const head = headIn(config, imported.checkpoint);
      const facts = {
        model,
        head,
        parameters: countParameters(config, head),
        hidden_size: config.hidden_size,
        num_hidden_layers: config.num_hidden_layers,
        num_hidden_groups: config.num_hidden_groups,
        num_attention_heads: config.num_attention_heads,
        head_size: headSize(config),
        embedding_size: config.embedding_size,
        intermediate_size: config.intermediate_size,
        vocab_size: config.vocab_size,
        hidden_act: config.hidden_act,
        cross_layer_sharing: config.cross_layer_sharing,
        sentence_encoder: (await readSentenceModules(files)) !== undefined,
      };
      const notes = [...(imported.notes ?? []), ...warnings].map(({ message }) => message);
      const rows = table(Object.entries(facts).map(([name, value]) => [name, String(value)]));
      print(json, { ...facts, config, notes }, [rows, ...notes].join('\n'));
    });
}

interface Size {
  readonly name: string;
  readonly config: AlbertConfig;
  readonly head: Head;
  /** The value in the paper's table 1, in millions. */
  readonly paper: number;
}

/**
 * BERT as an ALBERT whose embedding size equals its hidden size (no factorization), without sharing. The pooler is not counted,
 * because only then do the numbers match the paper's 108M and 334M.
 */
const bert = (size: 'base' | 'large', paper: number): Size => ({
  name: `BERT ${size}`,
  config: {
    ...defaultConfig,
    ...paperSizes[size],
    embedding_size: paperSizes[size].hidden_size,
    cross_layer_sharing: 'none',
  },
  head: 'encoder',
  paper,
});

/** ALBERT with its pooler, as released. For xlarge and xxlarge, the count is lower than in the paper. */
const albert = (size: keyof typeof paperSizes, paper: number): Size => ({
  name: `ALBERT ${size}`,
  config: { ...defaultConfig, ...paperSizes[size] },
  head: 'base',
  paper,
});

function printSizes(json: boolean | undefined): void {
  const models = [
    bert('base', 108),
    bert('large', 334),
    albert('base', 12),
    albert('large', 18),
    albert('xlarge', 60),
    albert('xxlarge', 235),
  ];
  const sizes = models.map(({ name, config, head, paper }) => ({
    name,
    parameters: countParameters(config, head),
    paper: `${paper}M`,
    layers: config.num_hidden_layers,
    hidden: config.hidden_size,
    embedding: config.embedding_size,
    sharing: config.cross_layer_sharing,
  }));
  const rows = sizes.map(({ name, parameters, paper, layers, hidden, embedding, sharing }) => [
    name,
    `${Math.round(parameters / 1e6)}M`,
    parameters,
    paper,
    layers,
    hidden,
    embedding,
    sharing,
  ]);
  const header = ['model', 'size', 'parameters', 'paper', 'layers', 'hidden', 'embedding', 'sharing'];
  print(json, sizes, table([header, ...rows]));
}
