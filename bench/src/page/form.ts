/** Turns the form's choices into plans, one per backend: engines on the same backend share a table. */
import { defaultThreads } from '@albert-web/backends';
import { precisionNames, type BackendName, type Precision } from '@albert-web/core/spec';
import { InvalidArgumentError } from '@albert-web/errors';
import type { ForwardPlan } from '../measure/forward.ts';
import type { LoadPlan } from '../measure/load.ts';
import type { Measurement } from '../measure/measure.ts';
import type { PairsPlan } from '../measure/pairs.ts';
import type { ShapeName } from '../model/shapes.ts';
import { configOf, shapeNames } from '../model/shapes.ts';
import {
  engineNames,
  engines,
  measuredBackends,
  peerNames,
  type Abilities,
  type EngineName,
} from '../report/engines.ts';
import type { Candidate } from '../report/report.ts';
import { pairCandidates } from '../runner/plan.ts';
import { writtenPairs } from '../runner/sentence-pairs.ts';
import type { Facts } from './facts.ts';

/** Fills the form with the backends, precisions, peers and shapes that exist. */
export function addChoices(): void {
  addBoxes('backend', labeled(measuredBackends), ['wasm']);
  addBoxes('precision', labeled(precisionNames), ['f32', 'q8']);
  addBoxes('peer', Object.fromEntries(peerNames.map((name) => [name, engines[name].label])));
  const options = shapeNames.map((name) => new Option(shapeLabel(name), name, name === 'base', name === 'base'));
  document.querySelector('[name=shape]')?.append(...options);
}

const labeled = (values: readonly string[]): Record<string, string> =>
  Object.fromEntries(values.map((value) => [value, value]));

function shapeLabel(name: ShapeName): string {
  const { num_hidden_layers: layers, hidden_size: width } = configOf(name);
  return `${name}: ${layers} layers of ${width}`;
}

/** @param labels by value, in order */
function addBoxes(
  name: 'backend' | 'precision' | 'peer',
  labels: Readonly<Record<string, string>>,
  checked: readonly string[] = [],
): void {
  const boxes = Object.entries(labels).map(([value, text]) => {
    const input = Object.assign(document.createElement('input'), { type: 'checkbox', name, value });
    input.defaultChecked = checked.includes(value);
    const label = Object.assign(document.createElement('label'), { className: 'check' });
    label.append(input, ` ${text}`);
    return label;
  });
  document.querySelector(`#${name}s`)?.append(...boxes);
}

/**
 * Returns the measurements that the form asks for, in the order in which they run.
 *
 * @throws InvalidArgumentError that says which field to change
 */
export function readMeasurements(form: FormData): Measurement[] {
  const forward = readPlans(form).map((plan) => ({ kind: 'forward', plan }) as const);
  const load = readLoadPlan(form);
  const pairs = readPairsPlan(form);
  return [
    ...(load ? [{ kind: 'load', plan: load } as const] : []),
    ...(pairs ? [{ kind: 'pairs', plan: pairs } as const] : []),
    ...forward,
  ];
}

/**
 * Returns what a visitor wants to know: how many pairs of sentences per second the default model judges on this computer, and how
 * many the same model judges in transformers.js and in plain tfjs.
 */
export function standardMeasurements({ sharedMemory, cores, realGpu, webgpuFeatures }: Facts): Measurement[] {
  const gpu = {
    engine: 'albert-web',
    backend: 'webgpu',
    precision: webgpuFeatures.includes('shader-f16') ? 'f16' : 'f32',
  } as const;
  const tfjs = { engine: 'tfjs', backend: 'wasm', precision: 'f32' } as const;
  const plan = pairsPlan({ threads: defaultThreads(cores, sharedMemory), beside: true, rounds: 15 });
  const candidates = [...plan.candidates, tfjs, ...(realGpu.webgpu ? [gpu] : [])];
  return [{ kind: 'pairs', plan: { ...plan, candidates } }];
}

export function readPlans(form: FormData): ForwardPlan[] {
  const peers = form.getAll('peer') as EngineName[];
  const precisions = form.getAll('precision') as Precision[];
  const lengths = numbers(form, 'lengths', 512);
  const batches = numbers(form, 'batches', 256);
  const shape = shapeNames.find((name) => name === form.get('shape')) ?? 'base';
  const plans = (form.getAll('backend') as BackendName[]).map((backend) =>
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

/** Lists what our own engine can run: `f32 or q8 for wasm, ...`. */
function advice(): string {
  return Object.entries(engines['albert-web'].runs)
    .map(([backend, precisions]) => `${either.format(precisions)} for ${backend}`)
    .join('; ');
}

const either = new Intl.ListFormat('en', { type: 'disjunction' });

/** Plans loading on every chosen backend in every chosen precision that we support; undefined if loading was not chosen. */
function readLoadPlan(form: FormData): LoadPlan | undefined {
  if (form.get('load') === null) return undefined;
  const precisions = form.getAll('precision') as Precision[];
  return {
    candidates: (form.getAll('backend') as BackendName[]).flatMap((backend) => candidatesOf(backend, precisions, [])),
    threads: numbers(form, 'threads', 64)[0] ?? 1,
    rounds: 3,
  };
}

/** Plans pairs as text for the default model; undefined unless they or transformers.js, which takes only text, were chosen. */
export function readPairsPlan(form: FormData): PairsPlan | undefined {
  const beside = form.getAll('peer').includes('transformers.js');
  if (form.get('pairs') === null && !beside) return undefined;
  return pairsPlan({
    threads: numbers(form, 'threads', 64)[0] ?? 1,
    rounds: numbers(form, 'rounds', 100)[0] ?? 7,
    beside,
  });
}

/** @param options.beside whether transformers.js is measured too */
function pairsPlan({ threads, rounds, beside }: { threads: number; rounds: number; beside: boolean }): PairsPlan {
  return {
    shape: 'default model',
    folder: 'weights/default/',
    shipped: true,
    candidates: pairCandidates(beside),
    pairs: writtenPairs.slice(0, 16),
    batchSize: 16,
    threads,
    rounds,
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

/** Returns the candidates, ours first: the others' logits are compared with those of the first. */
function candidatesOf(
  backend: BackendName,
  precisions: readonly Precision[],
  peers: readonly EngineName[],
): Candidate[] {
  const chosen = engineNames.filter((engine) => engine === 'albert-web' || peers.includes(engine));
  return chosen.flatMap((engine) => {
    const able: Abilities = engines[engine].runs;
    const common = (able[backend] ?? []).filter((precision) => precisions.includes(precision));
    return common.map((precision) => ({ engine, backend, precision }));
  });
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
