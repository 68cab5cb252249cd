// Two sentences
import { load } from 'albert-web';

const model = await load();
const { paraphrase, probability } = await model.paraphrase('It rained all night.', 'It was raining the whole night.');
console.log(paraphrase ? 'The same' : 'Different', probability.toFixed(2));
await model.dispose();
