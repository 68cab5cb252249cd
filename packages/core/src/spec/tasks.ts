/** What a model can be asked, by its head and the meaning of its classes. */
import type { AlbertConfig } from './config.ts';
import type { Head } from './heads.ts';
import { inferenceClasses, paraphraseClass } from './labels.ts';

/** What is known of a model before anything runs. */
export interface ModelFacts {
  readonly config: AlbertConfig;
  readonly head: Head;
  /** Whether the folder is a sentence encoder (`modules.json`). */
  readonly sentenceEncoder: boolean;
}

/** One task. */
export interface TaskSpec {
  /** What the model does, after "This model cannot". */
  readonly does: string;
  /** What the model has to be, for people. */
  readonly needs: string;
  /** Whether a model can do it. */
  readonly can: (facts: ModelFacts) => boolean;
}

const hasHead =
  (...heads: readonly Head[]) =>
  ({ head, sentenceEncoder }: ModelFacts): boolean =>
    !sentenceEncoder && heads.includes(head);

const classifies = hasHead('sequence_classification');

const judgesPairs = (facts: ModelFacts): boolean =>
  facts.sentenceEncoder || (classifies(facts) && paraphraseClass(facts.config) !== undefined);

const pairJudge =
  'AlbertForSequenceClassification with a class such as "paraphrase" or "duplicate", or a sentence-transformers folder';

const table = {
  paraphrase: { does: 'judge paraphrases', needs: pairJudge, can: judgesPairs },
  explain: { does: 'explain verdicts on paraphrases', needs: pairJudge, can: judgesPairs },
  classify: { does: 'classify texts', needs: 'AlbertForSequenceClassification', can: classifies },
  classifyZeroShot: {
    does: 'classify zero-shot',
    needs: 'AlbertForSequenceClassification with the classes entailment and contradiction, or not_entailment',
    can: (facts) => classifies(facts) && inferenceClasses(facts.config) !== undefined,
  },
  tag: { does: 'tag tokens', needs: 'AlbertForTokenClassification', can: hasHead('token_classification') },
  embed: { does: 'embed texts', needs: 'any ALBERT', can: () => true },
  embedTokens: { does: 'embed tokens', needs: 'any ALBERT', can: () => true },
  fillMask: {
    does: 'fill masks',
    needs: 'AlbertForMaskedLM or AlbertForPreTraining',
    can: hasHead('masked_lm', 'pretraining'),
  },
  answer: {
    does: 'answer questions',
    needs: 'AlbertForQuestionAnswering',
    can: hasHead('question_answering'),
  },
  choose: { does: 'choose', needs: 'AlbertForMultipleChoice', can: hasHead('multiple_choice') },
  sentenceOrder: { does: 'judge sentence order', needs: 'AlbertForPreTraining', can: hasHead('pretraining') },
} as const satisfies Record<string, TaskSpec>;

/** A task, by the name of its method. */
export type TaskName = keyof typeof table;

/** Every task, by the name of its method. */
export const tasks: Readonly<Record<TaskName, TaskSpec>> = table;

/** Every task, in the order of the table. */
export const taskNames = Object.keys(tasks) as TaskName[];

/** The tasks a model can do. */
export function tasksOf(facts: ModelFacts): TaskName[] {
  return taskNames.filter((task) => tasks[task].can(facts));
}
