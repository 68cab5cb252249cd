import type { Explanation, ParaphraseResult } from 'albert-web';
import { describe, expect, it, vi } from 'vitest';
import { judgePair, type PairModel } from './judge-pair.ts';

const known = { share: 0, places: [] };

const resultAt = (depth: number | undefined): ParaphraseResult => ({
  paraphrase: true,
  probability: 0.9,
  unsure: false,
  method: 'cross-encoder',
  tokens: [[], []],
  unknownPieces: [known, known],
  truncated: false,
  ...(depth !== undefined && { depth }),
});

/** Creates a model that settles after two layers if early exit is on. */
function fakeModel() {
  return {
    paraphrase: vi.fn<PairModel['paraphrase']>(async (_a, _b, options) =>
      options?.everyLayer ? { ...resultAt(undefined), layers: [0.2, 0.9] } : resultAt(options?.earlyExit && 2),
    ),
    explain: vi.fn<PairModel['explain']>(async () => ({ words: [[], []], links: [] }) as unknown as Explanation),
  };
}

const views = () => ({ verdict: vi.fn(), settled: vi.fn(), layers: vi.fn(), explanation: vi.fn() });
const { signal } = new AbortController();

describe('a pair', () => {
  it('is explained at the depth of the displayed verdict, even if it settled early', async () => {
    const [model, shown] = [fakeModel(), views()];
    await judgePair(model, ['a', 'b'], { limit: 5, settle: true, layers: true, explain: true, signal }, shown);
    expect(shown.settled).toHaveBeenCalledWith(expect.objectContaining({ used: 2 }));
    expect(shown.layers).toHaveBeenCalledWith([0.2, 0.9], 2);
    expect(model.explain).toHaveBeenCalledWith('a', 'b', { signal, depth: 2 });
  });

  it('is compared once, and explained at the chosen depth, without early exit', async () => {
    const [model, shown] = [fakeModel(), views()];
    await judgePair(model, ['a', 'b'], { limit: 5, settle: false, layers: true, explain: true, signal }, shown);
    expect(shown.settled).not.toHaveBeenCalled();
    expect(model.paraphrase).toHaveBeenCalledTimes(2);
    expect(model.explain).toHaveBeenCalledWith('a', 'b', { signal, depth: 5 });
  });

  it('is not explained automatically if that is off', async () => {
    const [model, shown] = [fakeModel(), views()];
    const used = await judgePair(
      model,
      ['a', 'b'],
      { limit: 5, settle: true, layers: false, explain: false, signal },
      shown,
    );
    expect(used).toBe(2);
    expect(model.explain).not.toHaveBeenCalled();
    expect(shown.layers).not.toHaveBeenCalled();
  });

  it('that the model cannot read is neither explained nor compared after each layer', async () => {
    const [model, shown] = [fakeModel(), views()];
    model.paraphrase.mockResolvedValue({ ...resultAt(undefined), unknownPieces: [{ share: 1, places: [0] }, known] });
    const settings = { limit: 5, settle: false, layers: true, explain: true, signal };
    expect(await judgePair(model, ['猫', '銀行'], settings, shown)).toBeUndefined();
    expect(shown.verdict).toHaveBeenCalledOnce();
    expect(model.paraphrase).toHaveBeenCalledOnce();
    expect(model.explain).not.toHaveBeenCalled();
  });

  it('is not shown if it was aborted, even if its answer still arrives', async () => {
    const [model, shown, asking] = [fakeModel(), views(), new AbortController()];
    const settings = { limit: 5, settle: false, layers: true, explain: true, signal: asking.signal };
    const judging = judgePair(model, ['a', 'b'], settings, shown);
    asking.abort();
    await expect(judging).rejects.toThrow(/abort/u);
    expect(shown.verdict).not.toHaveBeenCalled();
  });

  it('is shown only as far as it was answered', async () => {
    const [model, shown] = [fakeModel(), views()];
    model.paraphrase.mockRejectedValue(new RangeError('no'));
    await expect(
      judgePair(model, ['a', 'b'], { limit: 5, settle: false, layers: true, explain: true, signal }, shown),
    ).rejects.toThrow('no');
    expect(shown.verdict).not.toHaveBeenCalled();
    expect(shown.explanation).not.toHaveBeenCalled();
  });
});
