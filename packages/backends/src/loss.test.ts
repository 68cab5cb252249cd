import { describe, expect, it } from 'vitest';
import { DeviceLostError } from './errors.ts';
import { Loss } from './loss.ts';

const gone = new DeviceLostError({ problem: 'The GPU device was lost', remedy: 'Ask for another' });

describe('the loss of a device', () => {
  it('rejects pending and future waits', async () => {
    const loss = new Loss();
    const waiting = [loss.guard(new Promise(() => undefined)), loss.guard(new Promise(() => undefined))];
    loss.happened(gone);
    for (const each of waiting) await expect(each).rejects.toBe(gone);
    await expect(loss.guard(new Promise(() => undefined))).rejects.toBe(gone);
    expect(loss.error).toBe(gone);
  });

  it('does not affect what settled before it', async () => {
    const loss = new Loss();
    expect(await loss.guard(Promise.resolve(3))).toBe(3);
    await expect(loss.guard(Promise.reject(new RangeError('other')))).rejects.toThrow(RangeError);
    loss.happened(gone);
    loss.happened(new DeviceLostError({ problem: 'Told twice', remedy: 'None' }));
    expect(loss.error).toBe(gone);
  });
});
