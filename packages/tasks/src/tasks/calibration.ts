/** `paraphrase_calibration.json`: how to convert a sentence encoder's cosine to a probability. */
import { SentenceModuleError, type OptionalFiles } from '@albert-web/checkpoints';
import * as v from 'valibot';

/** `probability = sigmoid(scale * cosine + bias)`. */
export interface Calibration {
  readonly scale: number;
  readonly bias: number;
}

/** The default for sentence encoders without a calibration: "same" at a cosine of 0.7 or more. */
export const neutralCalibration: Calibration = { scale: 10, bias: -7 };

const file = 'paraphrase_calibration.json';
const schema = v.object({
  kind: v.literal('logistic'),
  similarity: v.literal('cosine'),
  // With a scale below 0, more similar sentences would be less likely to mean the same.
  scale: v.pipe(v.number(), v.finite(), v.gtValue(0)),
  bias: v.pipe(v.number(), v.finite()),
});

/** Reads the model's calibration, if it has one. @throws SentenceModuleError */
export async function readCalibration(files: OptionalFiles): Promise<Calibration | undefined> {
  const json = await files.readJson(file);
  if (json === undefined) return undefined;
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  throw new SentenceModuleError({
    problem: `${file} is not a calibration: ${v.summarize(parsed.issues)}`,
    expected:
      'Expected {"kind": "logistic", "similarity": "cosine", "scale": …, "bias": …}, with finite numbers and a scale above 0',
    remedy: 'Correct or remove the file',
  });
}
