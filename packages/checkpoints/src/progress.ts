/** Progress of loading. `loaded` never decreases, `total` never changes, and in the last report both are equal. */
export interface LoadProgress {
  /** `ready` in the last report, when the model can be used. */
  readonly status: 'progress' | 'ready';
  /** Bytes of weights loaded so far. */
  readonly loaded: number;
  /** Total bytes of weights. */
  readonly total: number;
  /** The file of the latest bytes. */
  readonly file: string;
  /** Bytes of that file loaded so far. */
  readonly fileLoaded: number;
  /** Total bytes of that file; undefined if the server does not tell. */
  readonly fileTotal: number | undefined;
}

/** Adds up the bytes of several files, and guarantees what `LoadProgress` promises. */
export interface ProgressMeter {
  /** Reports `loaded` bytes of `file`, of `size` if known. `loaded` may decrease if a transfer starts over. */
  update(file: string, loaded: number, size: number | undefined): void;
  /** Reports completion: `total` bytes, the last of them in `file`. */
  finish(file: string, total: number): void;
}

/** @param total total bytes; if unknown, only the final report is made */
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

/** A progress meter for one file, whose size may be known only when its first bytes arrive. */
export interface FileMeter {
  /** Reports `loaded` bytes, of `size` if known. */
  readonly update: (loaded: number, size: number | undefined) => void;
  /** Reports completion. @param size bytes of the file */
  readonly finish: (size: number) => void;
}

export function fileMeter(file: string, onProgress: ((progress: LoadProgress) => void) | undefined): FileMeter {
  let meter: ProgressMeter | undefined;
  const meterOf = (total: number | undefined): ProgressMeter => (meter ??= progressMeter(total, onProgress));
  return {
    update: (loaded, size) => meterOf(size).update(file, loaded, size),
    finish: (size) => meterOf(size).finish(file, size),
  };
}
