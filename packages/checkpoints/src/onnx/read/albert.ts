/** Assigns Hugging Face's names to the parts of a graph. */
import { allocate } from '@albert-web/errors';
import { encoderLayers, layerParts, type AlbertConfig, type Head, type LayerNames } from '@albert-web/core';
import { cannotConvert } from '../../convert-error.ts';
import { sidesOf, type ConstantValue } from './constant.ts';
import { equalWeights, rowsOf, sameWeight } from './compare.ts';
import type { Matrix } from './linears.ts';
import type { Attention, Linear, Norm, Parts, Table } from './part.ts';
import type { Wiring } from './wiring.ts';

/** A skipped weight. */
export interface OmittedWeight {
  readonly value: ConstantValue;
  readonly reason: string;
}

/** Weights by name, without the base model prefix. */
export interface NamedParts {
  readonly weights: ReadonlyMap<string, Matrix>;
  /** Names of the file's constants that these were made from. */
  readonly sources: ReadonlySet<string>;
  readonly head: Head;
  /** Whether the masked-LM decoder is tied to the word embeddings. */
  readonly tied: boolean;
  /** Skipped weights, and why they are not needed. */
  readonly omitted: readonly OmittedWeight[];
}

/**
 * Names the weights of a graph's parts.
 *
 * @param config the configuration to match
 * @throws ConvertError when there are more or fewer parts than such an ALBERT has
 */
export function nameParts(parts: Parts, config: AlbertConfig, wiring: Wiring): NamedParts {
  const { file } = wiring;
  const layers = encoderLayers(config).flat();
  if (parts.attentions.length !== layers.length) {
    const found = `runs ${parts.attentions.length} layers of attention`;
    throw cannotConvert(file, `${found}, where config.json has ${layers.length}`);
  }
  const naming = new Naming(file);
  for (const table of parts.tables)
    naming.matrix(tableName(table, config, wiring), { value: table.rows, byColumns: false });
  const [norms, linears] = [[...parts.norms], [...parts.linears]];
  naming.norm('embeddings.LayerNorm', norms.shift());
  naming.linear('encoder.embedding_hidden_mapping_in', linears.shift());
  layers.forEach((names, layer) => {
    nameLayer(naming, names, linears.splice(0, 6), norms.splice(0, 2), parts.attentions[layer]);
  });
  return { weights: naming.weights, sources: naming.sources, ...nameHead(naming, linears, norms, config, wiring) };
}

/** Collects weights by name. Shared weights must be equal wherever they are stored. */
class Naming {
  readonly weights = new Map<string, Matrix>();
  /** Names of the file's constants that these were made from. */
  readonly sources = new Set<string>();

  constructor(readonly file: string) {}

  matrix(name: string, matrix: Matrix): void {
    for (const source of matrix.value.sources) this.sources.add(source);
    const known = this.weights.get(name);
    const kept = known ? sameWeight(known, matrix) : matrix;
    if (!kept) throw cannotConvert(this.file, `has two different ${name}, which config.json says layers share`);
    this.weights.set(name, kept);
  }

  vector(name: string, value: ConstantValue): void {
    this.matrix(name, { value, byColumns: false });
  }

  linear(name: string, linear: Linear | undefined): void {
    if (!linear) throw this.#missing(name);
    this.matrix(`${name}.weight`, linear.weight);
    this.vector(`${name}.bias`, linear.bias ?? zeros(rowsOf(linear.weight)));
  }

  norm(name: string, norm: Norm | undefined): void {
    if (!norm) throw this.#missing(name);
    this.vector(`${name}.weight`, norm.weight);
    this.vector(`${name}.bias`, norm.bias);
  }

  #missing(name: string): Error {
    return cannotConvert(this.file, `has no operation for ${name}`);
  }
}

/** Makes a bias of zeros, which some exporters leave out. */
function zeros(count: number): ConstantValue {
  return { sources: [], shape: [count], dtype: 'F32', bytes: allocate(Uint8Array, count * 4) };
}

/** Identifies an embedding table by the input used for lookup or, with unknown input names, by its number of rows. */
function tableName({ ids, rows }: Table, config: AlbertConfig, wiring: Wiring): string {
  const [count] = rows.shape;
  const input = inputOf(ids, wiring);
  if (input === 'input_ids' || (input !== 'token_type_ids' && count === config.vocab_size))
    return 'embeddings.word_embeddings.weight';
  const isTypes =
    input === 'token_type_ids' || (count === config.type_vocab_size && count !== config.max_position_embeddings);
  return isTypes ? 'embeddings.token_type_embeddings.weight' : 'embeddings.position_embeddings.weight';
}

/** Returns the model input from which a value is derived by reshaping or casting. */
function inputOf(value: string, wiring: Wiring): string | undefined {
  let name = value;
  for (let step = 0; step < 20; step++) {
    const node = wiring.producer(name);
    if (!node) return wiring.graph.inputs.has(name) ? name : undefined;
    if (!/^(?:Cast|Identity|Reshape|Flatten|Squeeze|Unsqueeze|Slice)$/u.test(node.type)) return undefined;
    name = node.inputs[0] ?? '';
  }
  return undefined;
}

function nameLayer(
  naming: Naming,
  names: LayerNames,
  linears: readonly Linear[],
  norms: readonly Norm[],
  attention: Attention | undefined,
): void {
  const parts = layerParts(names);
  const { query, key, value } = attention ?? {};
  const others = linears.filter((linear) => linear !== query && linear !== key && linear !== value);
  if (others.length !== 3)
    throw cannotConvert(naming.file, 'does not run attention and feed-forward as an ALBERT does');
  naming.linear(parts.query, query);
  naming.linear(parts.key, key);
  naming.linear(parts.value, value);
  naming.linear(parts.attentionOutput, others[0]);
  naming.linear(parts.ffn, others[1]);
  naming.linear(parts.ffnOutput, others[2]);
  naming.norm(parts.attentionNorm, norms[0]);
  naming.norm(parts.outputNorm, norms[1]);
}

/** Names the weights after the last layer. */
function nameHead(
  naming: Naming,
  linears: readonly Linear[],
  norms: readonly Norm[],
  config: AlbertConfig,
  wiring: Wiring,
): Omit<NamedParts, 'weights' | 'sources'> {
  const { outputs, inputs } = wiring.graph;
  if (outputs.includes('sentence_embedding'))
    return { head: 'encoder', tied: true, omitted: modulesOf(linears, norms) };
  const pooler = linears.find((linear) => isPooler(linear, config, wiring));
  if (pooler) naming.linear('pooler', pooler);
  const others = linears.filter((linear) => linear !== pooler);
  const masked = norms.length === 1 ? others.splice(0, 2) : [];
  const tied = norms.length === 1 ? nameDecoder(naming, masked, norms[0]) : true;
  const decoder = tied ? masked[1] : undefined;
  const omitted = decoder ? [{ value: decoder.weight.value, reason: 'tied to the word embeddings' }] : [];
  const [classifier, ...unknown] = others;
  if (unknown.length > 0 || norms.length > 1 || (masked.length > 0 && classifier && !outputs.includes('sop_logits')))
    throw cannotConvert(wiring.file, `computes more than one head of ALBERT: ${outputs.slice(0, 5).join(', ')}`);
  const found = (head: Head) => ({ head, tied, omitted });
  if (masked.length > 0) {
    if (classifier) naming.linear('sop_classifier.classifier', classifier);
    return found(classifier ? 'pretraining' : 'masked_lm');
  }
  if (!classifier) return found('base');
  if (outputs.includes('start_logits')) {
    naming.linear('qa_outputs', classifier);
    return found('question_answering');
  }
  naming.linear('classifier', classifier);
  if (!pooler) return found('token_classification');
  return found(inputs.get('input_ids') === 3 ? 'multiple_choice' : 'sequence_classification');
}

/** Whether a linear layer is the pooler: hidden to hidden, then tanh. */
function isPooler({ weight, output }: Linear, { hidden_size: size }: AlbertConfig, wiring: Wiring): boolean {
  const [rows, columns] = sidesOf(weight.value);
  return rows === size && columns === size && wiring.users(output).some(([{ type }]) => type === 'Tanh');
}

/** Names the masked-LM head. Returns whether its decoder is tied to the word embeddings. */
function nameDecoder(naming: Naming, [dense, decoder]: readonly Linear[], norm: Norm | undefined): boolean {
  naming.linear('predictions.dense', dense);
  naming.norm('predictions.LayerNorm', norm);
  const words = naming.weights.get('embeddings.word_embeddings.weight');
  if (!decoder || !words) throw cannotConvert(naming.file, 'has no decoder of words');
  naming.vector('predictions.bias', decoder.bias ?? zeros(rowsOf(decoder.weight)));
  const tied = equalWeights(decoder.weight, words);
  if (!tied) naming.linear('predictions.decoder', decoder);
  return tied;
}

/** Returns the weights of the modules after the encoder of a sentence encoder. */
function modulesOf(linears: readonly Linear[], norms: readonly Norm[]): OmittedWeight[] {
  const values = [
    ...linears.flatMap(({ weight, bias }) => [weight.value, ...(bias ? [bias] : [])]),
    ...norms.flatMap(({ weight, bias }) => [weight, bias]),
  ];
  return values.map((value) => ({ value, reason: 'has a file of its own, which modules.json names' }));
}
