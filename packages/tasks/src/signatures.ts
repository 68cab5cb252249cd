/** What every public call takes: a rule for each argument and each option. The types make sure that none is left out. */
import { backendNames, precisionNames } from '@albert-web/core/spec';
import {
  abortSignal,
  address,
  anything,
  callback,
  checkArgument,
  checkOptions,
  finite,
  flag,
  listOf,
  nested,
  oneOf,
  oneOrMany,
  string,
  text,
  whole,
  type Rule,
  type Rules,
} from '@albert-web/errors';
import type { EarlyExit } from './engine/early-exit.ts';
import { deviceNames, dtypeNames } from './engine/device.ts';
import type { CallOptions, ManyOptions } from './engine/session.ts';
import type { LoadOptions } from './load.ts';
import type { MineOptions } from './search/mine-pairs.ts';
import type { IndexOptions } from './search/semantic-index.ts';
import type { AnswerOptions } from './tasks/answer.ts';
import type { ClassifyOptions } from './tasks/classify.ts';
import type { EmbedOptions } from './tasks/embed.ts';
import type { ExplainOptions } from './tasks/explain.ts';
import type { FillMaskOptions } from './tasks/fill-mask.ts';
import type { OutputsOptions } from './tasks/outputs.ts';
import type { ParaphraseOptions } from './tasks/paraphrase.ts';
import type { TagOptions } from './tasks/tag.ts';
import type { ZeroShotOptions } from './tasks/zero-shot.ts';

const isPairOf = (member: Rule, value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every(member.accepts);

const textOrPair: Rule = {
  expected: 'a text, or a pair of them: [first, second]',
  accepts: (value) => string.accepts(value) || isPairOf(string, value),
};

const pairOfTexts: Rule = {
  expected: 'a pair of texts that are not empty: [first, second]',
  accepts: (value) => isPairOf(text, value),
};

/** One is a string: a list of two strings is two texts, and a single pair stands in a list. */
const textsOrPairs: Rule = {
  expected: 'a text, or a list of texts and of pairs of them: ["one", ["first", "second"]]',
  accepts: (value) => string.accepts(value) || (Array.isArray(value) && value.every(textOrPair.accepts)),
  member: textOrPair,
};

const fileBytes: Rule = { expected: 'a Uint8Array', accepts: (value) => value instanceof Uint8Array };

const texts = oneOrMany(text);
const earlyExit = nested<EarlyExit>({ patience: whole(1) }, '{ patience: a whole number of layers from 1 on }');

const callOptions: Rules<Required<CallOptions>> = {
  signal: abortSignal,
  depth: whole(0),
  priority: oneOf(['interactive', 'bulk']),
};

const manyOptions: Rules<Required<ManyOptions>> = { ...callOptions, batchSize: whole(1), onProgress: callback };

const options = {
  call: callOptions,
  many: manyOptions,
  answer: {
    ...manyOptions,
    docStride: whole(1),
    maxAnswerLength: whole(1),
    topK: whole(1),
  } satisfies Rules<Required<AnswerOptions>>,
  classify: { ...manyOptions, topK: whole(1), earlyExit } satisfies Rules<Required<ClassifyOptions>>,
  classifyZeroShot: {
    ...manyOptions,
    hypothesisTemplate: { expected: 'a text with {} in it', accepts: (value) => /\{\}/u.test(String(value)) },
    multiLabel: flag,
  } satisfies Rules<Required<ZeroShotOptions>>,
  embed: { ...manyOptions, pooling: oneOf(['mean', 'cls']), normalize: flag } satisfies Rules<Required<EmbedOptions>>,
  explain: { ...manyOptions, maxWords: whole(1) } satisfies Rules<Required<ExplainOptions>>,
  fillMask: { ...manyOptions, topK: whole(1) } satisfies Rules<Required<FillMaskOptions>>,
  minePairs: {
    ...manyOptions,
    topK: whole(1),
    maxPairs: whole(1),
    minSimilarity: finite(-1, 1),
  } satisfies Rules<Required<MineOptions>>,
  createIndex: { precision: oneOf(['f32', 'q8']) } satisfies Rules<Required<IndexOptions>>,
  outputs: { ...manyOptions, head: flag } satisfies Rules<Required<OutputsOptions>>,
  paraphrase: { ...manyOptions, everyLayer: flag, earlyExit } satisfies Rules<Required<ParaphraseOptions>>,
  tag: {
    ...manyOptions,
    aggregation: oneOf(['none', 'simple', 'first', 'average', 'max']),
    ignoreLabels: listOf(string),
  } satisfies Rules<Required<TagOptions>>,
};

/** A method's arguments by name, and its options. */
const signatures = {
  paraphrase: { arguments: { a: text, b: text }, options: options.paraphrase },
  paraphrases: { arguments: { pairs: listOf(pairOfTexts) }, options: options.paraphrase },
  explain: { arguments: { a: text, b: text }, options: options.explain },
  classify: { arguments: { inputs: textsOrPairs }, options: options.classify },
  classifyZeroShot: { arguments: { texts, labels: listOf(text, 1) }, options: options.classifyZeroShot },
  tag: { arguments: { texts }, options: options.tag },
  embed: { arguments: { texts }, options: options.embed },
  embedTokens: { arguments: { texts }, options: options.many },
  fillMask: { arguments: { texts }, options: options.fillMask },
  answer: { arguments: { questions: texts, passages: texts }, options: options.answer },
  choose: { arguments: { prompt: text, choices: listOf(text, 2) }, options: options.call },
  sentenceOrder: { arguments: { first: text, second: text }, options: options.call },
  outputs: { arguments: { inputs: textsOrPairs }, options: options.outputs },
  minePairs: { arguments: { texts: listOf(text) }, options: options.minePairs },
  createIndex: { arguments: {}, options: options.createIndex },
  indexAdd: { arguments: { texts }, options: options.many },
  indexSearch: { arguments: { queries: texts, k: whole(1) }, options: options.many },
  indexRemove: { arguments: { ids: oneOrMany(whole(0)) }, options: {} },
  indexRestore: { arguments: { bytes: fileBytes }, options: {} },
} as const;

type Signatures = typeof signatures;

/** @throws InvalidArgumentError for an argument or an option that the method does not take */
export function checkCall<Method extends keyof Signatures>(
  method: Method,
  given: Readonly<Record<keyof Signatures[Method]['arguments'], unknown>>,
  givenOptions: object | undefined,
): void {
  const { arguments: rules, options: optionRules } = signatures[method];
  for (const [name, rule] of Object.entries<Rule>(rules)) {
    checkArgument(name, (given as Readonly<Record<string, unknown>>)[name], rule);
  }
  checkOptions(givenOptions, optionRules);
}

/** What `load` takes. */
const loadOptions: Rules<Required<LoadOptions>> = {
  hubUrl: address,
  allowRemote: flag,
  localPath: address,
  revision: text,
  cache: flag,
  cacheFolder: text,
  localOnly: flag,
  onWarning: callback,
  backend: {
    expected: `"auto", ${backendNames.map((name) => `"${name}"`).join(', ')}, or a list of them`,
    accepts: (value) =>
      value === 'auto' || [value].flat().every((name) => backendNames.some((backend) => backend === name)),
  },
  precision: oneOf(['auto', ...precisionNames]),
  device: oneOf(deviceNames),
  dtype: oneOf(dtypeNames),
  signal: abortSignal,
  onProgress: callback,
  recover: flag,
  wasmFiles: anything,
  threads: whole(1),
  powerPreference: oneOf(['low-power', 'high-performance']),
  probeTimeout: finite(0),
};

/** @throws InvalidArgumentError for an option that `load` does not take */
export function checkLoadOptions(given: LoadOptions): void {
  checkOptions(given, loadOptions);
}
