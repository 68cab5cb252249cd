import '@albert-web/model-default';
import { load } from 'albert-web';

const verdict = document.querySelector('#verdict');
judge().then(
  (text) => (verdict.textContent = text),
  (error) => (verdict.textContent = error.message),
);

async function judge() {
  const model = await load();
  const { paraphrase, probability } = await model.paraphrase(
    'Roman soldiers built the bridge.',
    'The bridge was built by Roman soldiers.',
  );
  const { backend, threads } = await model.info();
  const same = paraphrase ? 'The same' : 'Different';
  return `${same} (${probability.toFixed(3)}), on ${backend} with ${threads} threads`;
}
