// Missing words, and the order of sentences
import { load } from 'albert-web';

// A model that was pretrained for exactly these two tasks.
const model = await load('./albert/weights/pretrained/');
const [fills = []] = await model.fillMask('She opened the [MASK] and walked in.');
fills.forEach(({ score, sequence }) => console.log(score.toFixed(2), sequence));
const { probability } = await model.sentenceOrder('She opened the door.', 'Then she walked in.');
console.log('in this order:', probability.toFixed(2));
await model.dispose();
