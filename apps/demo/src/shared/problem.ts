/** What went wrong, as people read it: a plain sentence, the error's own words, and its name for the troubleshooting guide. */
import { messageOf } from '@albert-web/errors';
import { find } from './dom.ts';

/** A problem in words. */
export interface Problem {
  readonly title: string;
  readonly text: string;
  /** Of the error, as the troubleshooting guide lists it; empty when it has none of its own. */
  readonly name: string;
}

const badWeights = 'The weights of this model cannot be used.';
const badFile = 'A file of this model is damaged.';

/** By the name of the error. */
const titles: Readonly<Record<string, string>> = {
  MissingFileError: 'A file of this model was not found.',
  ReadError: 'This model could not be read.',
  IntegrityError: badFile,
  JsonError: badFile,
  UnsafePathError: 'This model is not safe to load.',
  ConfigError: 'This model is not an ALBERT the page knows.',
  MissingTensorError: badWeights,
  TensorShapeError: badWeights,
  TensorFormatError: badWeights,
  SafetensorsError: badWeights,
  NonFiniteWeightError: badWeights,
  TokenizerFormatError: 'The tokenizer of this model cannot be used.',
  NoBackendError: 'This model cannot run in this browser as it was asked to.',
  WorkerError: 'The part of the page that runs the model did not start.',
  NotAModelError: 'This is not a model.',
  TrainingDataError: 'These rows cannot be trained on.',
  DivergedError: 'Training went astray.',
};

/** @param otherwise the title for errors nobody has a sentence for. */
export function problemOf(error: unknown, otherwise: string): Problem {
  const name = error instanceof Error && error.name !== 'Error' ? error.name : '';
  return { title: titles[name] ?? otherwise, text: messageOf(error), name };
}

/** Fills one of the page's places for problems, whose parts are named after it, and shows it. */
export function showProblem(place: string, { title, text, name }: Problem, actions: readonly HTMLElement[] = []): void {
  find(`${place}-title`, HTMLElement).textContent = title;
  find(`${place}-text`, HTMLElement).textContent = text;
  find(`${place}-name`, HTMLElement).textContent = name;
  find(`${place}-actions`, HTMLElement).replaceChildren(...actions);
  find(place, HTMLElement).hidden = false;
}
