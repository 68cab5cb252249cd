import type { RunState } from './session.ts';

/** The README of a trained model: its origin, and its scores. */
export function modelCard(
  name: string,
  { job, current, evaluations, losses, steps, backend, threads }: RunState,
): string {
  const { labels, train, heldOut, settings } = job;
  const before = evaluations[0];
  const after = current ?? evaluations.at(-1);
  const share = (accuracy = NaN): string => `${(100 * accuracy).toFixed(1)} %`;
  const trained = { nothing: 'all weights', embeddings: 'all but the embeddings', all_but_head: 'the head alone' };
  return `# ${name}

An ALBERT classifier of ${train[0]?.textB === undefined ? 'single sentences' : 'sentence pairs'}, fine-tuned in a web page
with albert-web (${backend}; threads: ${threads}).

- Classes: ${labels.map((label, index) => `${index} \`${label}\``).join(', ')}
- Start weights: ${typeof job.location === 'string' || job.location instanceof URL ? String(job.location) : 'files of the user'}
- ${train.length} rows to train on, ${heldOut.length} held out; step ${losses.length} of ${steps}, ${settings.batchSize} rows a step
- ${trained[settings.freeze]} trained, learning rate ${settings.learningRate}, seed ${settings.seed}
- Accuracy on the held-out rows: ${share(before?.accuracy)} before, ${share(after?.accuracy)} after step ${after?.step ?? 0}
`;
}
