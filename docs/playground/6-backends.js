// Where it runs
import { load } from 'albert-web';

const model = await load();
const { backend, device, precision, threads, rejected } = await model.info();
console.log({ backend, device, precision, threads });
for (const { backend, why } of rejected) console.log(`${backend}: ${why}`);
await model.dispose();
