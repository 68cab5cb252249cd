/** The page: a form that starts the measurements, and what they find. */
import { messageOf } from '@albert-web/errors';
import type { ForwardPlan } from '../measure/forward.ts';
import { measureForward } from '../measure/forward.ts';
import type { BenchEvent } from '../report/collect.ts';
import { eventSink, withEvent } from '../report/collect.ts';
import { toMarkdown } from '../report/markdown.ts';
import type { Report } from '../report/report.ts';
import { find } from './elements.ts';
import type { Facts } from './facts.ts';
import { readFacts } from './facts.ts';
import { readPlans } from './form.ts';
import { installRemote } from './remote.ts';
import { showReport } from './results.ts';
import { savedRuns, saveRun } from './saved.ts';

installRemote();
await startPage();

async function startPage(): Promise<void> {
  const facts = await readFacts();
  showFacts(facts);
  let report = emptyReport(facts);
  let running: AbortController | undefined;
  const saved = find('#saved', HTMLSelectElement);
  const chosen = (): Report | undefined => savedRuns().find(({ date }) => date === saved.value);
  const show = (): void => showReport(report, chosen());
  const receive = (event: BenchEvent): void => {
    report = withEvent(report, event);
    if (event.kind === 'progress') showProgress(event.done / event.total, event.what);
    else show();
  };

  listSaved(saved);
  saved.addEventListener('change', show);
  find('#cancel', HTMLButtonElement).addEventListener('click', () => running?.abort());
  find('#save', HTMLButtonElement).addEventListener('click', () => {
    saveRun(report);
    listSaved(saved);
    say('Saved in this browser.');
  });
  copyOnClick('#copy-markdown', () => toMarkdown(report));
  copyOnClick('#copy-json', () => JSON.stringify(report, undefined, 1));

  const form = find('#plan', HTMLFormElement);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    report = emptyReport(facts);
    running = new AbortController();
    void run(new FormData(form), running.signal, receive);
  });
  setRunning(false);
  say('Ready.');
}

async function run(form: FormData, signal: AbortSignal, receive: (event: BenchEvent) => void): Promise<void> {
  setRunning(true);
  try {
    for (const plan of readPlans(form)) await measure(plan, signal, receive);
    showProgress(1, 'Done.');
  } catch (error) {
    say(signal.aborted ? 'Cancelled; what was measured before stands.' : messageOf(error));
  } finally {
    setRunning(false);
  }
}

function measure(plan: ForwardPlan, signal: AbortSignal, receive: (event: BenchEvent) => void): Promise<void> {
  return measureForward(plan, { baseUrl: document.baseURI }, eventSink(receive), signal);
}

function emptyReport({ browser, cores, webgl, webgpu }: Facts): Report {
  const machine = {
    cpu: 'unknown',
    cores,
    memoryGiB: 0,
    os: navigator.platform,
    gpu: `WebGPU: ${webgpu}; WebGL: ${webgl}`,
  };
  const date = new Date().toISOString();
  return { date, commit: 'unknown', machine, browser, rows: [], parts: [], agreement: [], skipped: [] };
}

function showFacts(facts: Facts): void {
  const threads = facts.isolated ? 'shared memory, so WASM threads' : 'no shared memory: one WASM thread';
  const features = facts.webgpuFeatures.length > 0 ? ` (${facts.webgpuFeatures.join(', ')})` : '';
  const entries = {
    Browser: facts.browser,
    Cores: `${facts.cores}; ${threads}`,
    WebGPU: facts.webgpu + features,
    WebGL: facts.webgl,
  };
  find('#facts', HTMLElement).replaceChildren(
    ...Object.entries(entries).flatMap(([name, value]) => {
      const term = document.createElement('dt');
      const definition = document.createElement('dd');
      term.textContent = name;
      definition.textContent = value;
      return [term, definition];
    }),
  );
}

function listSaved(select: HTMLSelectElement): void {
  const { value } = select;
  select.replaceChildren(
    new Option('no saved run', ''),
    ...savedRuns().map(({ date, rows }) => new Option(`${new Date(date).toLocaleString()}, ${rows.length} rows`, date)),
  );
  select.value = value;
}

function copyOnClick(selector: string, text: () => string): void {
  find(selector, HTMLButtonElement).addEventListener('click', () => {
    navigator.clipboard.writeText(text()).then(
      () => say('Copied.'),
      (error: unknown) => say(`The browser does not let this page copy: ${messageOf(error)}`),
    );
  });
}

function setRunning(running: boolean): void {
  find('#run', HTMLButtonElement).disabled = running;
  find('#cancel', HTMLButtonElement).disabled = !running;
}

function showProgress(share: number, what: string): void {
  find('#progress', HTMLProgressElement).value = share;
  say(what);
}

function say(text: string): void {
  find('#status', HTMLOutputElement).value = text;
}
