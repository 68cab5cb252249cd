import { load, type ParaphraseResult } from 'albert-web';

const [folder = './weights/default'] = process.argv.slice(2);
const model = await load(folder, { backend: 'wasm' });
const result: ParaphraseResult = await model.paraphrase('It rained all night.', 'It was raining the whole night.');
const { backend, precision, threads } = model.info();
console.log(
  `${result.paraphrase ? 'The same' : 'Different'} (${result.probability.toFixed(2)}), ${backend} ${precision}, ${threads} threads`,
);
await model.dispose();
