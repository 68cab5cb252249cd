/** The form's choices as plans, one a backend: engines of one backend share a table. */
import { InvalidArgumentError } from '@albert-web/errors';
import type { ForwardPlan } from '../measure/forward.ts';
import type { LoadPlan } from '../measure/load.ts';
import type { PairsPlan } from '../measure/pairs.ts';
import type { ShapeName } from '../model/shapes.ts';
import { shapeNames } from '../model/shapes.ts';
import type { Backend, Candidate, EngineName, Precision } from '../report/report.ts';
import { pairCandidates } from '../runner/plan.ts';
import { writtenPairs } from '../runner/sentence-pairs.ts';

/** What each engine can run: anything else in the form is left out. */
const abilities: Readonly<
  Record<'albert-web' | 'tfjs' | 'onnxruntime-web', Partial<Record<Backend, readonly Precision[]>>>
> = {
  'albert-web': { wasm: ['f32', 'q8'], webgl: ['f32', 'f16'], webgpu: ['f32', 'f16', 'q8'] },
  tfjs: { wasm: ['f32'], webgl: ['f32'], webgpu: ['f32'] },
  'onnxruntime-web': { wasm: ['f32', 'q8'], webgpu: ['f32', 'f16'] },
};

/** @throws InvalidArgumentError that says which field to change */
export function readPlans(form: FormData): ForwardPlan[] {
  const peers = form.getAll('peer') as EngineName[];
  const precisions = form.getAll('precision') as Precision[];
  const lengths = numbers(form, 'lengths', 512);
  const batches = numbers(form, 'batches', 256);
  const shape = shapeNames.find((name) => name === form.get('shape')) ?? 'base';
  const plans = (form.getAll('backend') as Backend[]).map((backend) =>
    planOf(form, shape, candidatesOf(backend, precisions, peers), lengths, batches),
  );
  const usable = plans.filter(({ candidates }) => candidates.length > 0);
  if (usable.length === 0) {
    throw new InvalidArgumentError({
      problem: 'No engine runs the chosen precisions on the chosen backends',
      remedy: `Choose a backend, and ${advice()}`,
    });
  }
  return usable;
}

/** What runs at least in our own engine: `f32 or q8 for wasm, ...`. */
function advice(): string {
  return Object.entries(abilities['albert-web'])
    .map(([backend, precisions]) => `${either.format(precisions)} for ${backend}`)
    .join('; ');
}

const either = new Intl.ListFormat('en', { type: 'disjunction' });

/** Loading on every chosen backend in every chosen precision of ours; undefined when it was not asked for. */
export function readLoadPlan(form: FormData): LoadPlan | undefined {
  if (form.get('load') === null) return undefined;
  const precisions = form.getAll('precision') as Precision[];
  return {
    candidates: (form.getAll('backend') as Backend[]).flatMap((backend) => candidatesOf(backend, precisions, [])),
    threads: numbers(form, 'threads', 64)[0] ?? 1,
    rounds: 3,
  };
}

/** The default model judging pairs as text, when that was asked for; transformers.js takes nothing else. */
export function readPairsPlan(form: FormData): PairsPlan | undefined {
  const beside = form.getAll('peer').includes('transformers.js');
  if (form.get('pairs') === null && !beside) return undefined;
  return {
    shape: 'default model',
    folder: 'weights/default/',
    shipped: true,
    candidates: pairCandidates(beside),
    pairs: writtenPairs.slice(0, 16),
    batchSize: 16,
    threads: numbers(form, 'threads', 64)[0] ?? 1,
    rounds: numbers(form, 'rounds', 100)[0] ?? 7,
    budgetMs: 20_000,
  };
}

function planOf(
  form: FormData,
  shape: ShapeName,
  candidates: Candidate[],
  lengths: readonly number[],
  batches: readonly number[],
): ForwardPlan {
  return {
    shape,
    candidates,
    inputs: batches.flatMap((batch) => lengths.map((length) => ({ batch, length }))),
    threads: numbers(form, 'threads', 64)[0] ?? 1,
    rounds: numbers(form, 'rounds', 100)[0] ?? 7,
    budgetMs: 60_000,
    parts: true,
  };
}

/** Ours first: the first one's logits are what the others are compared with. */
function candidatesOf(backend: Backend, precisions: readonly Precision[], peers: readonly EngineName[]): Candidate[] {
  return Object.entries(abilities).flatMap(([engine, able]) =>
    engine === 'albert-web' || peers.includes(engine as EngineName)
      ? (able[backend] ?? [])
          .filter((precision) => precisions.includes(precision))
          .map((precision) => ({ engine: engine as EngineName, backend, precision }))
      : [],
  );
}

function numbers(form: FormData, field: string, most: number): number[] {
  const given = form.get(field);
  const text = typeof given === 'string' ? given : '';
  const values = text
    .split(/[\s,;]+/u)
    .filter(Boolean)
    .map(Number);
  if (values.length > 0 && values.every((value) => Number.isInteger(value) && value >= 1 && value <= most))
    return values;
  throw new InvalidArgumentError({
    problem: `"${text}" was given for ${field}`,
    expected: `Expected whole numbers from 1 to ${most}, separated by commas`,
    remedy: 'Correct the field',
  });
}
