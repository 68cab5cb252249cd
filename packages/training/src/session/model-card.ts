import { readLocation, type ModelLocation } from '@albert-web/checkpoints';
import type { RunState } from './session.ts';

/** Writes the README of a trained model: Hugging Face's metadata, its origin, and its scores. */
export function modelCard(
  name: string,
  { job, current, evaluations, losses, steps, backend, threads }: RunState,
): string {
  const { labels, train, heldOut, settings } = job;
  const before = evaluations[0];
  const after = current ?? evaluations.at(-1);
  const share = (accuracy = NaN): string => `${(100 * accuracy).toFixed(1)} %`;
  const trained = { nothing: 'all weights', embeddings: 'all but the embeddings', all_but_head: 'the head alone' };
  const start = startOf(job.location);
  return `---
pipeline_tag: text-classification
tags: [albert]${start.hubId === undefined ? '' : `\nbase_model: ${start.hubId}\nbase_model_relation: finetune`}
---

# ${name}

An ALBERT classifier of ${train[0]?.textB === undefined ? 'single sentences' : 'sentence pairs'}, fine-tuned in a web page
with albert-web (${backend}; threads: ${threads}).

- Classes: ${labels.map((label, index) => `${index} \`${label}\``).join(', ')}
- Start weights: ${start.text}
- ${train.length} rows to train on, ${heldOut.length} held out; step ${losses.length} of ${steps}, ${settings.batchSize} rows a step
- ${trained[settings.freeze]} trained, learning rate ${settings.learningRate}, seed ${settings.seed}
- Accuracy on the held-out rows: ${share(before?.accuracy)} before, ${share(after?.accuracy)} after step ${after?.step ?? 0}
`;
}

/** Describes the origin of the weights. A model on the Hub can be linked as the base model. */
function startOf(location: ModelLocation | undefined): { readonly text: string; readonly hubId?: string } {
  if (location === undefined) return { text: '@albert-web/model-default' };
  if (typeof location !== 'string' && !(location instanceof URL)) {
    return { text: 'name' in location ? location.name : 'files of the user' };
  }
  const written = readLocation(String(location));
  return { text: String(location), ...(written.kind === 'hub' && { hubId: written.id }) };
}
