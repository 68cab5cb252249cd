import { digestOfCheckpoint, digestOfFolder } from './digest.ts';
import type { RunIdentity } from './run-json.ts';
import type { TrainingJob } from '../training-job.ts';

/** Collects everything that determines a run's weights: flags, configuration, and digests of weights, tokenizer and data. */
export function identityOf(job: TrainingJob): RunIdentity {
  const { flags, learningRate, steps, warmupSteps, power = 1, startWarmupStep = 0 } = job;
  const { config, checkpoint, tokenizerFiles } = job.run.source;
  const { train_batch_size, optimizer, random_seed, gradient_accumulation_steps, freeze, clip_norm, backend } = flags;
  return {
    ...job.identity,
    learning_rate: learningRate,
    train_step: steps,
    warmup_step: warmupSteps,
    start_warmup_step: startWarmupStep,
    power,
    train_batch_size,
    optimizer,
    random_seed,
    gradient_accumulation_steps,
    freeze,
    clip_norm,
    backend,
    ...flattened(config),
    start_weights_sha256: checkpoint ? digestOfCheckpoint(checkpoint) : 'none',
    tokenizer_sha256: digestOfFolder(tokenizerFiles),
    train_data_sha256: job.trainDataDigest,
  };
}

/** Lists the fields separately, so that an error can name those that differ. */
function flattened(config: object): RunIdentity {
  const fields = Object.entries(config).map(([name, value]) => {
    const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
    return [`config.${name}`, isScalar ? (value as string | number | boolean) : JSON.stringify(value)] as const;
  });
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}
