/** The worker that looks at the machine: a driver takes its time to answer, and the page does not wait for it. */
import { readFacts } from './facts.ts';

postMessage(await readFacts());
