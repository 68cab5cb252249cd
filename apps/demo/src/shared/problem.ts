/** What went wrong, as people read it: a plain sentence, the error's own words, and its name for the troubleshooting guide. */
import { messageOf } from '@albert-web/errors';
import { text } from '../strings/index.ts';
import { find } from './dom.ts';

/** A problem in words. */
export interface Problem {
  readonly title: string;
  readonly text: string;
  /** Of the error, as the troubleshooting guide lists it; empty when it has none of its own. */
  readonly name: string;
}

const { problems } = text;

/** By the name of the error. */
const titles: Readonly<Record<string, string>> = {
  MissingFileError: problems.missingFile,
  ReadError: problems.unreadable,
  IntegrityError: problems.damaged,
  JsonError: problems.damaged,
  UnsafePathError: problems.unsafe,
  ConfigError: problems.unknownModel,
  MissingTensorError: problems.badWeights,
  TensorShapeError: problems.badWeights,
  TensorFormatError: problems.badWeights,
  SafetensorsError: problems.badWeights,
  NonFiniteWeightError: problems.badWeights,
  TokenizerFormatError: problems.badTokenizer,
  NoBackendError: problems.noBackend,
  WorkerError: problems.noWorker,
  NotAModelError: problems.notAModel,
  TrainingDataError: problems.notTrainable,
  UnreadableTableError: problems.unreadableTable,
  DivergedError: problems.diverged,
};

/** @param otherwise the title for errors nobody has a sentence for. */
export function problemOf(error: unknown, otherwise: string): Problem {
  const name = error instanceof Error && error.name !== 'Error' ? error.name : '';
  return { title: titles[name] ?? otherwise, text: messageOf(error), name };
}

/** Fills one of the page's places for problems, whose parts are named after it, and shows it. */
export function showProblem(place: string, problem: Problem, actions: readonly HTMLElement[] = []): void {
  find(`${place}-title`, HTMLElement).textContent = problem.title;
  find(`${place}-text`, HTMLElement).textContent = problem.text;
  find(`${place}-name`, HTMLElement).textContent = problem.name;
  find(`${place}-actions`, HTMLElement).replaceChildren(...actions);
  const shown = find(place, HTMLElement);
  shown.hidden = false;
  shown.scrollIntoView({ block: 'nearest' });
}
