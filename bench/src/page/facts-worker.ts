/** The worker that examines the machine. GPU drivers can be slow to answer, and the page must not block meanwhile. */
import { readFacts } from './facts.ts';

postMessage(await readFacts());
