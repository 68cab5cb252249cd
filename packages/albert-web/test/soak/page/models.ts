/** The models of the soak test and the calls to each: every task, with fixed inputs, so that the answers are known beforehand. */
import type { Model } from '../../../src/model.ts';

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly priority?: 'interactive' | 'bulk' | undefined;
}

/** A call to a model. */
export type Ask = (model: Model, options?: CallOptions) => Promise<unknown>;

interface SoakModel {
  /** A golden model of the fixtures, or a served folder. */
  readonly from: { readonly fixture: string } | { readonly folder: string };
  readonly asks: readonly Ask[];
  /** A call of a task that the model does not support. */
  readonly unsupported?: Ask;
}

const sentences = [
  'The cat sleeps on the sofa.',
  'A cat is asleep on the couch.',
  'The bank raised its rates.',
] as const;
const [first, second, third] = sentences;
const manyPairs = sentences.flatMap((a) => sentences.map((b): [string, string] => [a, b]));

const fillMask: Ask = (model, options) => model.fillMask('w9 [MASK]', options);
const tag: Ask = (model, options) => model.tag(['w9'], options);

const table = {
  default: {
    from: { folder: '/albert/weights/default/' },
    asks: [
      (model, options) => model.paraphrase(first, second, options),
      (model, options) => model.paraphrase(first, third, options),
      (model, options) => model.paraphrases(manyPairs, { batchSize: 2, ...options }),
      (model, options) => model.paraphrases([[second, third]], { everyLayer: true, ...options }),
      (model, options) => model.explain(third, second, options),
      (model, options) => model.classify([first, [second, third]], options),
      (model, options) => model.embed([first, third], options),
      (model) => model.tokenizer.encode([first, '日本 🙂']),
    ],
    unsupported: fillMask,
  },
  sentence: {
    from: { folder: '/albert/weights/sentence/' },
    asks: [
      (model, options) => model.paraphrase(first, second, options),
      (model, options) => model.paraphrases(manyPairs, { batchSize: 4, ...options }),
      (model, options) => model.embed(sentences, options),
    ],
    unsupported: tag,
  },
  sequence: {
    from: { fixture: 'default-sequence' },
    asks: [
      (model, options) => model.paraphrase('w9 w10', 'w11', options),
      (model, options) => model.classify(['w9', 'w10 w11'], { earlyExit: { patience: 1 }, ...options }),
      (model, options) => model.explain('w9 w11', 'w10', options),
      (model, options) => model.embedTokens(['w9 w10'], options),
    ],
    unsupported: fillMask,
  },
  token: {
    from: { fixture: 'default-token' },
    asks: [(model, options) => model.tag(['w9 w10 w11', 'w12'], options), tag],
    unsupported: fillMask,
  },
  encoder: {
    from: { fixture: 'default-base' },
    asks: [
      (model, options) => model.embed(['w9 w10 w11', 'w12'], options),
      (model, options) => model.embedTokens(['w9'], options),
    ],
    unsupported: tag,
  },
  mlm: {
    from: { fixture: 'default-mlm' },
    asks: [(model, options) => model.fillMask(['w9 [MASK] w11', '[MASK]'], { topK: 3, ...options }), fillMask],
    unsupported: tag,
  },
  questions: {
    from: { fixture: 'default-qa' },
    asks: [
      (model, options) => model.answer('w9', 'w10 w11 w12 w13', options),
      (model, options) => model.answer(['w9', 'w12 w13'], ['w10 w11', 'w14'], options),
    ],
    unsupported: tag,
  },
  choices: {
    from: { fixture: 'default-choice' },
    asks: [(model, options) => model.choose('w9', ['w10', 'w11 w12', 'w13'], options)],
    unsupported: tag,
  },
  pretraining: {
    from: { fixture: 'default-pretraining' },
    asks: [(model, options) => model.sentenceOrder('w9', 'w10', options), fillMask],
    unsupported: tag,
  },
} as const satisfies Record<string, SoakModel>;

/** The name of a model of the soak test. */
export type ModelName = keyof typeof table;

/** All models of the soak test. */
export const models: Readonly<Record<ModelName, SoakModel>> = table;

const fixture = async (path: string): Promise<Blob> => (await fetch(`/fixtures/${path}`)).blob();

/** Returns a location for `load`: dropped files, or a URL. */
export async function locationOf(name: ModelName): Promise<string | File[]> {
  const { from } = models[name];
  if ('folder' in from) return from.folder;
  const golden = JSON.parse(await (await fixture('pipelines/golden.json')).text()) as { readonly vocabulary: string };
  return [
    new File([golden.vocabulary], 'vocab.txt'),
    new File([await fixture(`models/${from.fixture}/config.json`)], 'config.json'),
    new File([await fixture(`models/${from.fixture}/model.safetensors`)], 'model.safetensors'),
  ];
}
