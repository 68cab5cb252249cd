// The verdict after each layer
import { load } from 'albert-web';

const model = await load();
const { layers } = await model.paraphrase('Oslo beat Bergen.', 'Bergen was beaten by Oslo.', { everyLayer: true });
layers?.forEach((probability, layer) => console.log(`layer ${layer}: ${probability.toFixed(2)}`));
await model.dispose();
