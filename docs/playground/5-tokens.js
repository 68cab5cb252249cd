// The pieces of a text
import { load } from 'albert-web';

const model = await load();
const { tokens, ids } = await model.tokenizer.encode('Unbelievable!');
tokens.forEach((token, index) => console.log(ids[index], token));
await model.dispose();
