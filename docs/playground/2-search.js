// The nearest sentences
import { cosine, load } from 'albert-web';

const sentences = ['How do I reset my password?', 'Where is my parcel?', 'I want my money back.'];

// A sentence encoder, which gives each sentence a vector.
const model = await load('./albert/weights/sentence/');
const [query = new Float32Array()] = await model.embed(['I forgot the password.']);
const vectors = await model.embed(sentences);
vectors
  .map((vector, index) => ({ sentence: sentences[index], score: cosine(query, vector) }))
  .sort((a, b) => b.score - a.score)
  .forEach(({ sentence, score }) => console.log(score.toFixed(2), sentence));
await model.dispose();
