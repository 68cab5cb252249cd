import { load, type ParaphraseResult } from 'albert-web';

const model = await load();
const pair = ['Roman soldiers built the bridge.', 'The bridge was built by Roman soldiers.'] as const;
const { paraphrase, probability }: ParaphraseResult = await model.paraphrase(...pair);
const { backend, threads } = await model.info();
const same = paraphrase ? 'The same' : 'Different';
console.log(`${same} (${probability.toFixed(3)}), on ${backend} with ${threads} threads`);
await model.dispose();
