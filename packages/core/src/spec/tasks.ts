/** Which tasks a model can do, by its head and the meaning of its classes. */
import type { AlbertConfig } from './config.ts';
import type { Head } from './heads.ts';
import { inferenceClasses, paraphraseClass } from './labels.ts';

/** What is known about a model before anything runs. */
export interface ModelFacts {
  readonly config: AlbertConfig;
  readonly head: Head;
  /** Whether the folder is a sentence encoder (`modules.json`). */
  readonly sentenceEncoder: boolean;
}

/** One task. */
export interface TaskSpec {
  /** Names of its method's arguments before the options. */
  readonly arguments: readonly string[];
  /** The verb phrase that follows "This model cannot". */
  readonly does: string;
  /** Which models can do it, for people. */
  readonly needs: string;
  /** Returns whether a model can do it. */
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
  'AlbertForSequenceClassification with a class such as "paraphrase" or "duplicate" that excludes the others, or a sentence-transformers folder';

const table = {
  paraphrase: { arguments: ['a', 'b'], does: 'judge paraphrases', needs: pairJudge, can: judgesPairs },
  explain: { arguments: ['a', 'b'], does: 'explain verdicts on paraphrases', needs: pairJudge, can: judgesPairs },
  classify: {
    arguments: ['inputs'],
    does: 'classify texts',
    needs: 'AlbertForSequenceClassification',
    can: classifies,
  },
  classifyZeroShot: {
    arguments: ['texts', 'labels'],
    does: 'classify zero-shot',
    needs: 'AlbertForSequenceClassification with the classes entailment and contradiction, or not_entailment',
    can: (facts) => classifies(facts) && inferenceClasses(facts.config) !== undefined,
  },
  tag: {
    arguments: ['texts'],
    does: 'tag tokens',
    needs: 'AlbertForTokenClassification',
    can: hasHead('token_classification'),
  },
  embed: { arguments: ['texts'], does: 'embed texts', needs: 'any ALBERT', can: () => true },
  embedTokens: { arguments: ['texts'], does: 'embed tokens', needs: 'any ALBERT', can: () => true },
  fillMask: {
    arguments: ['texts'],
    does: 'fill masks',
    needs: 'AlbertForMaskedLM or AlbertForPreTraining',
    can: hasHead('masked_lm', 'pretraining'),
  },
  answer: {
    arguments: ['questions', 'passages'],
    does: 'answer questions',
    needs: 'AlbertForQuestionAnswering',
    can: hasHead('question_answering'),
  },
  choose: {
    arguments: ['prompt', 'choices'],
    does: 'choose',
    needs: 'AlbertForMultipleChoice',
    can: hasHead('multiple_choice'),
  },
  sentenceOrder: {
    arguments: ['first', 'second'],
    does: 'judge sentence order',
    needs: 'AlbertForPreTraining',
    can: hasHead('pretraining'),
  },
} as const satisfies Record<string, TaskSpec>;

/** A task, by the name of its method. */
export type TaskName = keyof typeof table;

/** The name of an argument of a task's method. */
export type TaskArgument<Task extends TaskName> = (typeof table)[Task]['arguments'][number];

/** Every task, by the name of its method. */
export const tasks: Readonly<Record<TaskName, TaskSpec>> = table;

/** Every task, in the order of the table. */
export const taskNames = Object.keys(tasks) as TaskName[];

/** Returns the tasks a model can do. */
export function tasksOf(facts: ModelFacts): TaskName[] {
  return taskNames.filter((task) => tasks[task].can(facts));
}
