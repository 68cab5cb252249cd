/** Describes errors in the page's language. The library's English messages are marked as such. */
import { AlbertError, messageOf, type Reason } from '@albert-web/errors';
import { text } from '../strings/index.ts';
import type { KnownReason, ProblemKind } from '../strings/library-words.ts';
import { find, make } from './dom.ts';
import { PageError } from './errors.ts';

/** A problem in words. */
export interface Problem {
  readonly title: string;
  readonly text: string;
  /** The library's message, if the page cannot translate all of it; empty otherwise. */
  readonly original: string;
  /** Name of the error, as in the troubleshooting guide; empty if it has no specific one. */
  readonly name: string;
}

/** Kinds of problems, by the name of the error. */
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
  OutOfMemoryError: 'noMemory',
  WasmMemoryError: 'noMemory',
  NoBackendError: 'noBackend',
  BackendUnavailableError: 'noBackend',
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

/** Error names that are too general to show. */
const nameless = ['Error', 'PageError'];

/** Describes an error. @param otherwise the title for errors without their own */
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

/** Returns a reason in the page's language; undefined if only the library has a text for it. */
export function reasonText(reason: Reason | undefined): string | undefined {
  const reasons = text.library?.reasons;
  if (!reason || !reasons || !isKnown(reason, reasons)) return undefined;
  return (reasons[reason.code] as (reason: KnownReason) => string)(reason);
}

type ReasonTexts = NonNullable<typeof text.library>['reasons'];

const isKnown = (reason: Reason, reasons: ReasonTexts): reason is KnownReason => Object.hasOwn(reasons, reason.code);

/** Shows a message of the library. On a page in another language, it is introduced as such. */
export function libraryWords(words: string): HTMLElement {
  const said = make('span', { lang: 'en' }, words);
  return text.library ? make('span', {}, `${text.library.original} `, said) : said;
}

/** Returns the text below a problem's title. */
function detailsOf({ text: said, original }: Problem): (Node | string)[] {
  return original === '' ? [said] : [`${said} `, libraryWords(original)];
}

/**
 * Shows a problem as one line of text, for places without space for more.
 *
 * @param title a sentence to begin with; by default the problem's title, where the page has no translation of its message
 */
export function problemLine(error: unknown, title?: string): HTMLElement {
  const problem = problemOf(error, '');
  const shown = title ?? (problem.original === '' ? '' : problem.title);
  return make('span', {}, shown === '' ? '' : `${shown} `, ...detailsOf(problem));
}

/** Fills one of the page's containers for problems, and shows it. */
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
