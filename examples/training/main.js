import '@albert-web/model-default';
import { load } from 'albert-web';
import { examplesOf, guessColumns, Session, split } from 'albert-web/training/session';
import { table } from './sentences.js';

const verdict = document.querySelector('#verdict');
const labels = ['weather', 'money'];

train()
  .then(classify)
  .then(
    (text) => (verdict.textContent = text),
    (error) => (verdict.textContent = error.message),
  );

/** Fine-tunes the default model. @returns the files of the trained model. */
async function train() {
  const settings = { epochs: 8, learningRate: 1e-4, batchSize: 8, heldOut: 0.2, seed: 1, freeze: 'nothing' };
  const examples = examplesOf(table, guessColumns(table), labels);
  const session = new Session();
  session.subscribe(({ losses, steps }) => (verdict.textContent = `Loading… ${losses.length} of ${steps} steps`));
  try {
    await session.start({
      ...split(examples, settings.heldOut, settings.seed),
      labels,
      settings,
      backends: ['wasm'],
    });
    if (session.state.error) throw session.state.error;
    return await session.save('q8');
  } finally {
    session.dispose();
  }
}

/** Loads the trained model, and classifies a sentence that it was not trained on. */
async function classify(files) {
  const model = await load(files.map(([path, bytes]) => new File([bytes], path)));
  const [best] = await model.classify('A storm brought rain and wind.');
  const { backend, threads } = await model.info();
  return `${best.label} (${best.score.toFixed(3)}), on ${backend} with ${threads} threads`;
}
