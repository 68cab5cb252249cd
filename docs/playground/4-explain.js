// Which words decide
import { load } from 'albert-web';

const model = await load();
const { paraphrase, words } = await model.explain('She left early.', 'She left late.');
console.log(paraphrase ? 'The same, because of' : 'Different, because of');
words
  .flat()
  .sort((a, b) => Math.abs(b.influence) - Math.abs(a.influence))
  .forEach(({ text, influence }) => console.log(influence.toFixed(2), text));
await model.dispose();
