import { load } from 'albert-web';

const verdict = document.querySelector('#verdict');
try {
  const model = await load('/models/default/');
  const { paraphrase } = await model.paraphrase('It rained all night.', 'It was raining the whole night.');
  const { backend } = await model.info();
  verdict.textContent = `${paraphrase ? 'The same' : 'Different'}, on ${backend}`;
} catch (error) {
  verdict.textContent = error.message;
}
