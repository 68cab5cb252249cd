// Two sentences
import { load } from 'albert-web';

const model = await load();
const { paraphrase, probability } = await model.paraphrase(
  'Roman soldiers built the bridge.',
  'The bridge was built by Roman soldiers.',
);
console.log(paraphrase ? 'The same' : 'Different', probability.toFixed(2));
await model.dispose();
