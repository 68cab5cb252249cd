import cliProgress from 'cli-progress';

/** A progress bar in a terminal, or an occasional line elsewhere. */
export interface Bar {
  update(step: number, loss: number): void;
  note(text: string): void;
  stop(): void;
}

/**
 * Starts a progress bar.
 *
 * @param from number of completed steps
 * @param earlier losses of the completed steps, so that the displayed mean continues as in an uninterrupted run
 */
export function startBar(steps: number, from: number, earlier: readonly number[]): Bar {
  const started = performance.now();
  let mean: number | undefined;
  const rate = (step: number): number => (step - from) / ((performance.now() - started) / 1000);
  const smooth = (loss: number): number => (mean = mean === undefined ? loss : 0.95 * mean + 0.05 * loss);
  earlier.forEach(smooth);
  if (!process.stderr.isTTY) {
    return {
      update(step, loss) {
        const average = smooth(loss).toFixed(4);
        if (step % 10 === 0 || step === steps) {
          console.log(`step ${step}/${steps} loss ${average} ${rate(step).toFixed(2)} steps/s`);
        }
      },
      note: (text) => console.log(text),
      stop: () => undefined,
    };
  }
  const format = 'training [{bar}] {value}/{total} | loss {loss} | {rate} steps/s | {left} left';
  const bar = new cliProgress.SingleBar({ format, hideCursor: true }, cliProgress.Presets.legacy);
  const payload = (step: number, loss: string): Record<string, string> => ({
    loss,
    rate: step > from ? rate(step).toFixed(2) : '-',
    left: step > from ? duration((steps - step) / rate(step)) : '-',
  });
  bar.start(steps, from, payload(from, '-'));
  return {
    update: (step, loss) => bar.update(step, payload(step, smooth(loss).toFixed(4))),
    note: (text) => process.stderr.write(`\n${text}\n`),
    stop: () => bar.stop(),
  };
}

/** Formats a duration as `1:02:03`. */
function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const part = (size: number, modulus: number): string => String(Math.floor(whole / size) % modulus).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${part(60, 60)}:${part(1, 60)}`;
}
