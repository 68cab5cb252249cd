/** The forms for tasks other than comparing sentences. */
import { labelNames, labelRole, type TaskName } from '@albert-web/core/spec';
import { cosine, type Model, type ModelInfo } from 'albert-web';
import type { Inputs } from '../shared/reading.ts';
import { decimal, percent } from '../shared/format.ts';
import { linesOf } from '../shared/lines.ts';
import { text as texts } from '../strings/index.ts';

const { tasks } = texts;

/** A line of a result. `share`, from 0 to 1, is drawn as a bar. */
export interface AnswerLine {
  readonly text: string;
  readonly share: number;
  readonly number: string;
}

/** A task: its input fields, and the function that runs it. */
export interface TaskForm {
  readonly name: string;
  readonly fields: readonly { readonly label: string; readonly value: string; readonly rows: number }[];
  /** Runs the task. `values` are those of the fields, in order. */
  readonly run: (model: Model, values: readonly string[], signal: AbortSignal) => Promise<AnswerLine[]>;
  /** Returns the inputs as the model reads them together. */
  readonly inputs: (values: readonly string[]) => Inputs;
  /** Whether long inputs are read in parts instead of being truncated. */
  readonly inParts?: boolean;
}

const line = (text: string, score: number): AnswerLine => ({ text, share: score, number: percent(score) });

const fillMask: TaskForm = {
  name: tasks.fillMask,
  fields: [{ label: tasks.maskedText, value: 'She opened the [MASK] and walked in.', rows: 3 }],
  async run(model, [text = ''], signal) {
    const fills = await model.fillMask(text, { topK: 8, signal });
    return fills.flat().map(({ sequence, score }) => line(sequence, score));
  },
  inputs: ([text = '']) => [text],
};

const sentenceOrder: TaskForm = {
  name: tasks.sentenceOrder,
  fields: [
    { label: tasks.firstSegment, value: 'She opened the door.', rows: 2 },
    { label: tasks.secondSegment, value: 'Then she walked in.', rows: 2 },
  ],
  async run(model, [first = '', second = ''], signal) {
    const { probability } = await model.sentenceOrder(first, second, { signal });
    return [line(tasks.inOrder, probability), line(tasks.otherOrder, 1 - probability)];
  },
  inputs: ([first = '', second = '']) => [[first, second]],
};

const answerQuestion: TaskForm = {
  name: tasks.answerQuestion,
  fields: [
    { label: tasks.question, value: 'Where does the river begin?', rows: 2 },
    {
      label: tasks.passage,
      value:
        'The river begins in the mountains north of the city, and flows for two hundred miles before it meets the sea.',
      rows: 8,
    },
  ],
  async run(model, [question = '', passage = ''], signal) {
    const answers = await model.answer(question, passage, { topK: 5, signal });
    return answers.map(({ answer, score }) => line(answer || tasks.noAnswer, score));
  },
  inputs: (values) => values,
  inParts: true,
};

const classify: TaskForm = {
  name: tasks.classify,
  fields: [{ label: tasks.text, value: 'A wonderful film, from the first minute to the last.', rows: 4 }],
  async run(model, [text = ''], signal) {
    const [labels = []] = await model.classify([text], { signal });
    return labels.map(({ label, score }) => line(label, score));
  },
  inputs: ([text = '']) => [text],
};

const tag: TaskForm = {
  name: tasks.tag,
  fields: [{ label: tasks.text, value: 'Ada Lovelace was born in London.', rows: 3 }],
  async run(model, [text = ''], signal) {
    const [tokens = []] = await model.tag([text], { signal });
    return tokens.map(({ start, end, label, score }) => line(`${text.slice(start, end)}: ${label}`, score));
  },
  inputs: ([text = '']) => [text],
};

const choose: TaskForm = {
  name: tasks.choose,
  fields: [
    { label: tasks.prompt, value: 'She put on a coat because', rows: 2 },
    { label: tasks.choices, value: 'it was cold outside.\nthe soup was salty.', rows: 5 },
  ],
  async run(model, [prompt = '', list = ''], signal) {
    const choices = linesOf(list);
    const { scores } = await model.choose(prompt, choices, { signal });
    return choices.map((text, index) => line(text, scores[index] ?? 0)).toSorted((a, b) => b.share - a.share);
  },
  inputs: ([prompt = '', list = '']) => linesOf(list).map((choice) => [prompt, choice]),
};

const nearest: TaskForm = {
  name: tasks.nearest,
  fields: [
    { label: tasks.sentence, value: 'The river begins in the mountains.', rows: 2 },
    {
      label: texts.list.list,
      value: 'A stream rises high up in the hills.\nThe shop closes at six.\nRivers flow to the sea.',
      rows: 6,
    },
  ],
  async run(model, [sentence = '', list = ''], signal) {
    const others = linesOf(list);
    const [own = new Float32Array(), ...vectors] = await model.embed([sentence, ...others], { signal });
    return others
      .map((text, index) => {
        const similarity = cosine(own, vectors[index] ?? own);
        return { text, share: Math.max(similarity, 0), number: decimal(similarity, 3) };
      })
      .toSorted((a, b) => b.share - a.share);
  },
  inputs: ([sentence = '', list = '']) => [sentence, ...linesOf(list)],
};

/** The form of each task that has one. Comparing sentences has its own tabs. */
const formsByTask: Readonly<Record<TaskName, TaskForm | undefined>> = {
  paraphrase: undefined,
  explain: undefined,
  classify,
  classifyZeroShot: undefined,
  tag,
  embed: nearest,
  embedTokens: undefined,
  fillMask,
  answer: answerQuestion,
  choose,
  sentenceOrder,
};

/** Returns the forms for a model, besides comparing sentences. Every model embeds, but that is offered only if nothing else is. */
export function formsOf({ tasks, config }: Pick<ModelInfo, 'tasks' | 'config'>): readonly TaskForm[] {
  // A model whose classes are about pairs cannot classify a single text.
  const judgesPairs = labelNames(config).some((name) => labelRole(name) === 'same');
  const others = tasks.filter((task) => task !== 'embed' && !(task === 'classify' && judgesPairs));
  const forms = others.flatMap((task) => formsByTask[task] ?? []);
  const hasHead = tasks.some((task) => task !== 'embed' && task !== 'embedTokens');
  return forms.length > 0 || hasHead ? forms : [nearest];
}

/** Whether a model can tell if two sentences mean the same. */
export function comparesSentences({ tasks }: Pick<ModelInfo, 'tasks'>): boolean {
  return tasks.includes('paraphrase');
}
