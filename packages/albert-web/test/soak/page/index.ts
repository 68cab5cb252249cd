/** The functions that the runner of the soak test calls in a tab. */
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
// Turns an unhandled rejection into an error that the runner collects.
addEventListener('unhandledrejection', (event) => console.error(`unhandled: ${String(event.reason)}`));
