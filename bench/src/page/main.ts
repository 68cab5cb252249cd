/** The page: one button that measures, a form for those who want to choose, and the results. */
import { messageOf } from '@albert-web/errors';
import type { Measurement } from '../measure/measure.ts';
import type { BenchEvent } from '../report/collect.ts';
import { withEvent } from '../report/collect.ts';
import { toMarkdown } from '../report/markdown.ts';
import type { Report } from '../report/report.ts';
import { download } from './download.ts';
import { find } from './elements.ts';
import type { Facts } from './facts.ts';
import { factsOfWorkers } from './facts.ts';
import { addChoices, readMeasurements, standardMeasurements } from './form.ts';
import { linkTo, runOfLink } from './link.ts';
import { measureInWorker } from './measuring.ts';
import { installRemote } from './remote.ts';
import { showReport, startPictures } from './results.ts';
import { startRunLists, type RunLists } from './run-lists.ts';
import { known, openRun, placeOf, projectRuns, saveRun } from './saved.ts';
import { timeLeft } from './time-left.ts';

installRemote();
await startPage();

async function startPage(): Promise<void> {
  const facts = await factsOfWorkers();
  showFacts(facts);
  addChoices();
  offerWhatIsThere(facts);
  let report = emptyReport(facts);
  let running: AbortController | undefined;
  let drawn = Promise.resolve();
  const lists = startRunLists(() => show());
  const current = (): Report => lists.shown()?.report ?? report;
  const show = (): void => {
    const isMeasuring = running !== undefined && current() === report;
    drawn = showReport(current(), { where: placeOf(lists.shown()), other: lists.other()?.report, isMeasuring });
  };
  const receive = (event: BenchEvent): void => {
    report = withEvent(report, event);
    if (event.kind === 'progress') showProgress(event.done / event.total, event.what);
    else show();
  };
  startForm(facts, (measurements) => {
    report = emptyReport(facts);
    lists.showOwn();
    running = new AbortController();
    void run(measurements, running.signal, receive, () => {
      running = undefined;
      show();
      return drawn;
    });
  });
  find('#cancel', HTMLButtonElement).addEventListener('click', () => running?.abort());
  startFiles(current, lists);
  startPictures(current, (error) => say(`The picture was not made: ${messageOf(error)}`));
  copyOnClick('#copy-link', () => linkTo(current(), location.href));
  copyOnClick('#copy-markdown', () => toMarkdown(current()));
  copyOnClick('#copy-json', () => JSON.stringify(current(), undefined, 1));
  projectRuns().then(lists.add, (error: unknown) => say(`The project's own runs are not listed: ${messageOf(error)}`));
  setRunning(false);
  say('Ready.');
  await showLinkedRun((linked) => lists.show(known(linked, 'From a link')));
}

/** @param start starts measuring; it is passed a function that returns what to measure */
function startForm(facts: Facts, start: (measurements: () => Measurement[]) => void): void {
  const form = find('#plan', HTMLFormElement);
  find('#everything', HTMLButtonElement).addEventListener('click', () => {
    for (const box of form.querySelectorAll<HTMLInputElement>('[type=checkbox]:not(:disabled)')) box.checked = true;
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    start(() => readMeasurements(new FormData(form)));
  });
  find('#measure', HTMLButtonElement).addEventListener('click', () => start(() => standardMeasurements(facts)));
}

/** Saves the report in the browser or as a file, and opens such files. */
function startFiles(current: () => Report, lists: RunLists): void {
  find('#save', HTMLButtonElement).addEventListener('click', () => {
    try {
      saveRun(current());
      lists.refresh();
      say('Saved in this browser.');
    } catch (error) {
      say(messageOf(error));
    }
  });
  find('#download', HTMLButtonElement).addEventListener('click', () => {
    const json = JSON.stringify(current(), undefined, 1);
    download(`albert-web-bench-${current().date.slice(0, 10)}.json`, new Blob([json], { type: 'application/json' }));
  });
  const input = find('#open', HTMLInputElement);
  const open = async (file: File): Promise<void> => {
    try {
      lists.show(await openRun(file));
      say(`${file.name} is shown.`);
    } catch (error) {
      say(`${file.name}: ${messageOf(error)}`);
    }
  };
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    input.value = '';
    if (file) void open(file);
  });
}

/** Shows the run that a link to this page may contain, measured by somebody else. */
async function showLinkedRun(show: (report: Report) => void): Promise<void> {
  try {
    const linked = await runOfLink(location.hash);
    if (!linked) return;
    show(linked);
    say('This run came with the link. Measure this computer to compare.');
  } catch (error) {
    say(messageOf(error));
  }
}

async function run(
  measurements: () => Measurement[],
  signal: AbortSignal,
  receive: (event: BenchEvent) => void,
  draw: () => Promise<void>,
): Promise<void> {
  setRunning(true);
  try {
    for (const measurement of measurements()) await measureInWorker(measurement, receive, signal);
    await draw();
    showProgress(1, 'Done.');
  } catch (error) {
    await draw();
    say(signal.aborted ? 'Canceled. The results so far are kept.' : messageOf(error));
  } finally {
    setRunning(false);
  }
}

/** Disables the backends that this browser lacks, and says why. */
function offerWhatIsThere({ webgl, webgpu, cores, sharedMemory }: Facts): void {
  for (const [backend, renderer] of Object.entries({ webgl, webgpu })) {
    if (!renderer.startsWith('no ')) continue;
    const box = find(`[name=backend][value=${backend}]`, HTMLInputElement);
    box.disabled = true;
    box.parentElement?.append(`: ${renderer}`);
  }
  const threads = find('[name=threads]', HTMLInputElement);
  threads.max = String(sharedMemory ? cores : 1);
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
  const threads = facts.sharedMemory ? 'shared memory, so WASM threads' : 'no shared memory: one WASM thread';
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

function copyOnClick(selector: string, textOf: () => string | Promise<string>): void {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(await textOf());
      say('Copied.');
    } catch (error) {
      say(`The browser does not let this page copy: ${messageOf(error)}`);
    }
  };
  find(selector, HTMLButtonElement).addEventListener('click', () => void copy());
}

function setRunning(running: boolean): void {
  find('#measure', HTMLButtonElement).disabled = running;
  find('#run', HTMLButtonElement).disabled = running;
  find('#cancel', HTMLButtonElement).disabled = !running;
}

/** When the progress that is shown started. */
let progressSince = 0;

function showProgress(share: number, what: string): void {
  const bar = find('#progress', HTMLProgressElement);
  if (share === 0 || share < bar.value) progressSince = performance.now();
  bar.value = share;
  const left = timeLeft(share, performance.now() - progressSince);
  say(left ? `${what}, ${left}` : what);
}

function say(text: string): void {
  find('#status', HTMLOutputElement).value = text;
}
