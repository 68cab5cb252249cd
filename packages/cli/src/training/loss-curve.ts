import type { Evaluation, StepReport } from '@albert-web/training';

/** Draws the loss of every step, its running mean, and the loss on the dev set as SVG. */
export async function lossCurve(steps: readonly StepReport[], evaluations: readonly Evaluation[]): Promise<string> {
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const dev = evaluations.flatMap(({ step, metrics }) =>
    metrics['eval_loss'] === undefined ? [] : [{ step, loss: metrics['eval_loss'] }],
  );
  const svg = Plot.plot({
    document,
    width: 800,
    height: 400,
    grid: true,
    x: { label: 'step' },
    y: { label: 'loss', zero: true },
    style: { background: 'white', color: 'black' },
    marks: [
      Plot.ruleY([0]),
      Plot.dot(steps, { x: 'step', y: 'loss', r: 1.5, fill: '#999' }),
      Plot.lineY(
        steps,
        Plot.windowY({ k: 25, anchor: 'end' }, { x: 'step', y: 'loss', stroke: '#1f6feb', strokeWidth: 2 }),
      ),
      Plot.line(dev, { x: 'step', y: 'loss', stroke: '#d1242f', strokeWidth: 2, marker: 'circle' }),
      Plot.text(['grey: each step, blue: mean of 25, red: dev set'], { frameAnchor: 'top-right', dy: -10 }),
    ],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${svg.outerHTML}\n`;
}
