/** Formats the results that bench/scripts/accuracy-gates.mjs writes to bench/results as a table. */

/** The limits of `albert compare`. Fractions are from 0 to 1. */
export interface AccuracyRule {
  readonly equalLabels: number;
  readonly accuracyDifference: number;
  readonly meanCosine: number;
  readonly worstCosine: number;
}

/** The result of `albert compare` for one model in one format. Fractions are from 0 to 1. */
export interface AccuracyRow {
  readonly model: string;
  readonly format: string;
  readonly pairs: number;
  readonly equalLabels: number;
  readonly accuracy: number;
  readonly referenceAccuracy: number;
  readonly meanCosine: number;
  readonly worstCosine: number;
  readonly keeps: boolean;
}

export interface AccuracyGates {
  readonly date: string;
  /** Node's major version. */
  readonly node: string;
  readonly rule: AccuracyRule;
  readonly rows: readonly AccuracyRow[];
}

const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;

/** Returns Markdown. Random weights have no accuracy: they judge like a coin. */
export function accuracyTable({ date, node, rule, rows }: AccuracyGates): string {
  return [
    `| \`node bench/scripts/accuracy-gates.mjs GLUE\`, Node ${node}, ${date.slice(0, 10)} | format | pairs | equal verdicts | accuracy (f32) | mean cosine | worst cosine | rule |`,
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    `| \`albert compare\`'s rule | | | ≥ ${percent(rule.equalLabels)} | ± ${percent(rule.accuracyDifference)} | ≥ ${rule.meanCosine} | ≥ ${rule.worstCosine} | |`,
    ...rows.map((row) => {
      const accuracy = row.model.startsWith('random')
        ? ''
        : `${percent(row.accuracy)} (${percent(row.referenceAccuracy)})`;
      const cells = [row.model, row.format, row.pairs, percent(row.equalLabels), accuracy];
      const cosines = [row.meanCosine, row.worstCosine].map((cosine) => cosine.toFixed(4));
      return `| ${[...cells, ...cosines, row.keeps ? 'kept' : 'broken'].join(' | ')} |`;
    }),
    '',
  ].join('\n');
}
