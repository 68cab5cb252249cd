/** What went wrong, in the page's language; what the library says in English is marked as such. */
import { AlbertError, messageOf, type Reason } from '@albert-web/errors';
import { text } from '../strings/index.ts';
import type { KnownReason, ProblemKind } from '../strings/library-words.ts';
import { find, make } from './dom.ts';
import { PageError } from './errors.ts';

/** A problem in words. */
export interface Problem {
  readonly title: string;
  readonly text: string;
  /** What the library says, where the page has no words for all of it; empty otherwise. */
  readonly original: string;
  /** Of the error, as the troubleshooting guide lists it; empty when it has none of its own. */
  readonly name: string;
}

/** By the name of the error. */
export const problemKinds: Readonly<Record<string, ProblemKind>> = {
  NoModelError: 'missingFile',
  MissingFileError: 'missingFile',
  ModelNotFoundError: 'notOnHub',
  ReadError: 'unreadable',
  ConvertError: 'unreadable',
  StandInError: 'unreadable',
  FileTooLargeError: 'unreadable',
  CacheError: 'notCleared',
  IntegrityError: 'damaged',
  JsonError: 'damaged',
  UnsafePathError: 'unsafe',
  UnsafePickleError: 'unsafe',
  ConfigError: 'unknownModel',
  SentenceModuleError: 'unknownModel',
  UnknownTensorError: 'badWeights',
  MissingTensorError: 'badWeights',
  TensorShapeError: 'badWeights',
  TensorFormatError: 'badWeights',
  SafetensorsError: 'badWeights',
  NonFiniteWeightError: 'badWeights',
  TokenizerFormatError: 'badTokenizer',
  NoBackendError: 'noBackend',
  BackendUnavailableError: 'noBackend',
  WasmMemoryError: 'noBackend',
  WasmStartError: 'noBackend',
  WebglShaderError: 'noBackend',
  WebglUnsupportedError: 'noBackend',
  BackendLostError: 'lost',
  DeviceLostError: 'lost',
  GpuError: 'lost',
  WasmCrashError: 'lost',
  WebglContextLostError: 'lost',
  WorkerError: 'noWorker',
  UnsupportedTaskError: 'unsupported',
  NonFiniteOutputError: 'noNumber',
  BatchTooLargeError: 'badInput',
  InvalidArgumentError: 'badInput',
  ModelInputError: 'badInput',
  TruncationError: 'badInput',
  DisposedError: 'replaced',
  TrainingDataError: 'notTrainable',
  DivergedError: 'diverged',
  ResumeError: 'trainingStopped',
  TrainingCrashError: 'trainingStopped',
};

/** Names that say nothing. */
const nameless = ['Error', 'PageError'];

/** @param otherwise the title for errors nobody has a sentence for. */
export function problemOf(error: unknown, otherwise: string): Problem {
  const name = error instanceof Error && !nameless.includes(error.name) ? error.name : '';
  if (error instanceof PageError) return { title: error.title, text: error.message, original: '', name };
  const kind = problemKinds[name];
  const title = kind ? text.problems[kind] : otherwise;
  const original = messageOf(error);
  if (!text.library) return { title, text: original, original: '', name };
  const said = error instanceof AlbertError ? reasonText(error.reason) : undefined;
  if (said !== undefined) return { title, text: said, original: '', name };
  return { title, text: kind ? text.library.remedies[kind] : '', original, name };
}

/** A reason in the page's language; undefined where only the library has words for it. */
export function reasonText(reason: Reason | undefined): string | undefined {
  const reasons = text.library?.reasons;
  if (!reason || !reasons || !isKnown(reason, reasons)) return undefined;
  return (reasons[reason.code] as (reason: KnownReason) => string)(reason);
}

type Sayings = NonNullable<typeof text.library>['reasons'];

const isKnown = (reason: Reason, reasons: Sayings): reason is KnownReason => Object.hasOwn(reasons, reason.code);

/** What the library says, said to be that on a page in another language. */
export function libraryWords(words: string): HTMLElement {
  const said = make('span', { lang: 'en' }, words);
  return text.library ? make('span', {}, `${text.library.original} `, said) : said;
}

/** What can be read of a problem below its title. */
function detailsOf({ text: said, original }: Problem): (Node | string)[] {
  return original === '' ? [said] : [`${said} `, libraryWords(original)];
}

/** A problem as one line of text, for places that have no room for more. */
export function problemLine(error: unknown): HTMLElement {
  const problem = problemOf(error, '');
  const title = problem.original === '' ? [] : [problem.title, ' '];
  return make('span', {}, ...title, ...detailsOf(problem));
}

/** Fills one of the page's places for problems, and shows it. */
export function showProblem(place: string, problem: Problem, actions: readonly HTMLElement[] = []): void {
  const shown = find(place, HTMLElement);
  shown.replaceChildren(
    make(
      'p',
      {},
      make('strong', { className: 'problem-title' }, problem.title),
      ' ',
      make('span', { className: 'problem-text' }, ...detailsOf(problem)),
      ' ',
      make('small', { className: 'error-name' }, problem.name),
    ),
    make('div', { className: 'row' }, ...actions),
  );
  shown.hidden = false;
  shown.scrollIntoView({ block: 'nearest' });
}
