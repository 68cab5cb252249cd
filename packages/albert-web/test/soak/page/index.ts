/** What the runner of the soak calls in a tab. */
import { serialAnswers } from './answers.ts';
import { runRound } from './round.ts';
import { trainingLosses } from './training.ts';
import { waiting } from './waits.ts';

const soak = { serialAnswers, runRound, trainingLosses, waiting };

declare global {
  interface Window {
    soak?: typeof soak;
  }
}

window.soak = soak;
// A rejection that nobody handles becomes an error that the runner collects.
addEventListener('unhandledrejection', (event) => console.error(`unhandled: ${String(event.reason)}`));
