/** Returns the fraction of correct predictions. */
export function accuracy(predictions: readonly number[], labels: readonly number[]): number {
  return predictions.filter((prediction, index) => prediction === labels[index]).length / labels.length;
}

/** Computes the confusion matrix of two classes; class 1 is positive. */
function confusion(
  predictions: readonly number[],
  labels: readonly number[],
): Record<'tp' | 'fp' | 'fn' | 'tn', number> {
  const counts = { tp: 0, fp: 0, fn: 0, tn: 0 };
  predictions.forEach((prediction, index) => {
    const label = labels[index];
    if (prediction === 1) counts[label === 1 ? 'tp' : 'fp']++;
    else counts[label === 1 ? 'fn' : 'tn']++;
  });
  return counts;
}

/** Computes `2 tp / (2 tp + fp + fn)` for class 1; 0 if class 1 neither occurs nor is predicted, as in scikit-learn. */
export function f1(predictions: readonly number[], labels: readonly number[]): number {
  const { tp, fp, fn } = confusion(predictions, labels);
  return tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn);
}

/** Computes the Matthews correlation of two classes, CoLA's metric; 0 if a class never occurs or is never predicted. */
export function matthewsCorrelation(predictions: readonly number[], labels: readonly number[]): number {
  const { tp, fp, fn, tn } = confusion(predictions, labels);
  const denominator = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
  return denominator === 0 ? 0 : (tp * tn - fp * fn) / denominator;
}
