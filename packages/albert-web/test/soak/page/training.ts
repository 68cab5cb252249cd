/** A small training in its own worker, beside inference. It must give the same losses whatever else happens. */
import { Session, type TrainingJob } from '@albert-web/training/session';
import { locationOf } from './models.ts';

const rows = Array.from({ length: 24 }, (_, row) => ({
  id: String(row),
  row,
  textA: `w${9 + (row % 7)} w${20 + row}`,
  textB: `w${30 + row}`,
  label: row % 2,
}));

/** Trains, and returns the losses. @throws the error that ended the run early */
export async function trainingLosses(): Promise<readonly number[]> {
  const session = new Session();
  const job: TrainingJob = {
    train: rows.slice(0, 20),
    heldOut: rows.slice(20),
    location: await locationOf('sequence'),
    backends: ['wasm'],
    wasmFiles: new URL('/albert/wasm/', document.baseURI).href,
    labels: ['different', 'same'],
    settings: { epochs: 2, learningRate: 1e-3, batchSize: 4, heldOut: 0.2, seed: 7, freeze: 'nothing' },
  };
  await session.start(job);
  const { losses = [], error } = session.state ?? {};
  session.dispose();
  if (error !== undefined) throw error;
  return losses;
}
