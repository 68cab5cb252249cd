import { AlbertError } from '@albert-web/errors';

/** The model's classes do not match those of the task. */
export class ClassNamesError extends AlbertError {
  override readonly name = 'ClassNamesError';
}

/** The output folder of a model is not empty. */
export class ModelFolderError extends AlbertError {
  override readonly name = 'ModelFolderError';
}

/** The output folder holds something else, or cannot be read or written. */
export class RunFolderError extends AlbertError {
  override readonly name = 'RunFolderError';
}

/** Another process uses the output folder. */
export class RunFolderInUseError extends AlbertError {
  override readonly name = 'RunFolderInUseError';
}

/** Chromium is not installed. */
export class NoChromiumError extends AlbertError {
  override readonly name = 'NoChromiumError';
}

/** The benchmark is part of the repository, not of the published command. */
export class BenchMissingError extends AlbertError {
  override readonly name = 'BenchMissingError';
}
