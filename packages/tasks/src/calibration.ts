/** `paraphrase_calibration.json`: how a sentence encoder's cosine becomes a probability. */
import type { ModelFiles } from '@albert-web/checkpoints';
import * as v from 'valibot';
import { SentenceModuleError } from './errors.ts';
import { ifThere } from './if-there.ts';
import type { Calibration } from './paraphrase.ts';

const file = 'paraphrase_calibration.json';
const schema = v.object({
  kind: v.literal('logistic'),
  similarity: v.literal('cosine'),
  scale: v.pipe(v.number(), v.finite()),
  bias: v.pipe(v.number(), v.finite()),
});

/** The model's calibration, if it has one. @throws SentenceModuleError */
export async function readCalibration(files: ModelFiles, signal?: AbortSignal): Promise<Calibration | undefined> {
  const json = await ifThere(files.readJson(file, { signal }));
  if (json === undefined) return undefined;
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  throw new SentenceModuleError({
    problem: `${file} is not a calibration: ${v.summarize(parsed.issues)}`,
    expected: 'Expected {"kind": "logistic", "similarity": "cosine", "scale": …, "bias": …}',
    remedy: 'Correct or remove the file',
  });
}
