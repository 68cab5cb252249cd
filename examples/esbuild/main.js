import { load } from 'albert-web';

const verdict = document.querySelector('#verdict');
try {
  const model = await load('/models/default/');
  const { paraphrase, probability } = await model.paraphrase('It rained all night.', 'It was raining the whole night.');
  const { backend, threads } = await model.info();
  const same = paraphrase ? 'The same' : 'Different';
  verdict.textContent = `${same} (${probability.toFixed(3)}), on ${backend} with ${threads} threads`;
} catch (error) {
  verdict.textContent = error.message;
}
