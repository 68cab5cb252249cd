/** How far loading is. `loaded` never falls, `total` never changes, and the last report has them equal. */
export interface LoadProgress {
  /** `ready` in the last report: the model can be asked. */
  readonly status: 'progress' | 'ready';
  /** Bytes of weights here so far. */
  readonly loaded: number;
  /** Bytes of weights in all. */
  readonly total: number;
  /** The file the newest bytes belong to. */
  readonly file: string;
  /** Bytes of that file here so far. */
  readonly fileLoaded: number;
  /** Bytes of that file in all; undefined where the server does not tell. */
  readonly fileTotal: number | undefined;
}

/** Adds up the bytes of several files and keeps the promises of `LoadProgress` whatever the transfers do. */
export interface ProgressMeter {
  /** `loaded` bytes of `file` are here, of `size` where that is known; `loaded` may fall when a transfer starts over. */
  update(file: string, loaded: number, size: number | undefined): void;
  /** Everything is here: `total` bytes, the last of them in `file`. */
  finish(file: string, total: number): void;
}

/** @param total bytes in all; when it is not known, the one report is the last. */
export function progressMeter(
  total: number | undefined,
  onProgress: ((progress: LoadProgress) => void) | undefined,
): ProgressMeter {
  const perFile = new Map<string, number>();
  let sum = 0;
  let reported = 0;
  return {
    update(file, loaded, size) {
      sum += loaded - (perFile.get(file) ?? 0);
      perFile.set(file, loaded);
      if (total === undefined || sum <= reported || sum >= total) return;
      reported = sum;
      onProgress?.({ status: 'progress', loaded: sum, total, file, fileLoaded: loaded, fileTotal: size });
    },
    finish(file, bytes) {
      const whole = total ?? bytes;
      const size = perFile.get(file) ?? bytes;
      onProgress?.({ status: 'progress', loaded: whole, total: whole, file, fileLoaded: size, fileTotal: size });
    },
  };
}
