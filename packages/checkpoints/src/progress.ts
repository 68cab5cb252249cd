/** How far loading is. `loaded` never falls, `total` never changes, and the last report has them equal. */
export interface LoadProgress {
  /** Bytes of weights here so far. */
  readonly loaded: number;
  /** Bytes of weights in all. */
  readonly total: number;
  /** The file the newest bytes belong to. */
  readonly file: string;
}

/** Adds up the bytes of several files and keeps the promises of `LoadProgress` whatever the transfers do. */
export interface ProgressMeter {
  /** `loaded` bytes of `file` are here; may fall when a transfer starts over. */
  update(file: string, loaded: number): void;
  /** Everything is here: `total` bytes. */
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
    update(file, loaded) {
      sum += loaded - (perFile.get(file) ?? 0);
      perFile.set(file, loaded);
      if (total === undefined || sum <= reported || sum >= total) return;
      reported = sum;
      onProgress?.({ loaded: sum, total, file });
    },
    finish(file, bytes) {
      onProgress?.({ loaded: total ?? bytes, total: total ?? bytes, file });
    },
  };
}
