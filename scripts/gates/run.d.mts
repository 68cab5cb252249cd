export interface Gate {
  readonly name: string;
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]];
  /** Names of the gates that must have passed before this one starts. */
  readonly needs: readonly string[];
}

export interface GateFailure {
  readonly name: string;
  /** Exit code of the command, or 1 if a signal ended it. */
  readonly code: number;
}

/**
 * Runs gates. Of those that can start, the first in the list starts. The first failure stops the others and all processes that they
 * have started.
 *
 * @param options.lanes number of gates that run at the same time
 * @param options.signal stops all gates
 * @param options.print receives each line of output
 * @returns the gate that failed; undefined if all passed, or if `signal` stopped them
 */
export function runGates(
  gates: readonly Gate[],
  options: { readonly lanes: number; readonly signal: AbortSignal; readonly print: (line: string) => void },
): Promise<GateFailure | undefined>;
