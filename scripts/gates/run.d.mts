export interface Gate {
  readonly name: string;
  /** The words of its command line. */
  readonly command: readonly [string, ...string[]];
  /** Names of the gates that must have passed before this one starts. */
  readonly needs: readonly string[];
}

export interface GateFailure {
  readonly name: string;
  /** Exit code of its command, or 1 if a signal ended it. */
  readonly code: number;
}

/**
 * Runs gates: of those that could start, the first in the list. The first failure stops the others, with every process that they
 * have started.
 *
 * @param options.lanes how many run at once.
 * @param options.signal stops all of them.
 * @param options.print receives each line of output.
 * @returns the gate that failed; undefined if all passed, or if `signal` stopped them.
 */
export function runGates(
  gates: readonly Gate[],
  options: { readonly lanes: number; readonly signal: AbortSignal; readonly print: (line: string) => void },
): Promise<GateFailure | undefined>;
