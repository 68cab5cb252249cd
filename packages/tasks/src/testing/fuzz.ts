/** The parsers of this package, for the fuzzer of `@albert-web/testing`. */
import { openModel, optionalFiles } from '@albert-web/checkpoints';
import { jsonBytes, mutateJson, type FuzzTarget } from '@albert-web/testing/fuzz';
import { readCalibration } from '../tasks/calibration.ts';

const calibration = 'paraphrase_calibration.json';

/** All parsers of this package. */
export function fuzzTargets(): FuzzTarget[] {
  return [
    {
      name: calibration,
      seed: jsonBytes({ kind: 'logistic', similarity: 'cosine', scale: 16.5, bias: -11.25 }),
      structure: mutateJson,
      read: async (bytes) => {
        const files = [new File([bytes], calibration), new File(['{}'], 'config.json')];
        await readCalibration(optionalFiles(await openModel(files)));
      },
    },
  ];
}
