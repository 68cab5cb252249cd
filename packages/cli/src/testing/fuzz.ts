/** The parsers of this package, for the fuzzer of `@albert-web/testing`. */
import { jsonBytes, mutateJson, type FuzzTarget } from '@albert-web/testing/fuzz';
import { parseRunIdentity } from '../training/run/run-json.ts';

/** Returns all parsers of this package as fuzz targets. */
export function fuzzTargets(): FuzzTarget[] {
  return [
    {
      name: 'run.json',
      seed: jsonBytes({ command: 'run-classifier', task_name: 'MRPC', seed: 42, do_lower_case: true }),
      structure: mutateJson,
      read: (bytes) => parseRunIdentity(new TextDecoder().decode(bytes), 'run.json'),
    },
  ];
}
