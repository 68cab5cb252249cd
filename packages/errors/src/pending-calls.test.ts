import { describe, expect, it, vi } from 'vitest';
import { PendingCalls } from './pending-calls.ts';

describe('PendingCalls', () => {
  it('passes on results and errors', async () => {
    const calls = new PendingCalls();
    await expect(calls.guard(Promise.resolve(1))).resolves.toBe(1);
    await expect(calls.guard(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('rejects at once when the signal is aborted, whatever the call does', async () => {
    const aborting = new AbortController();
    const silent = new PendingCalls().guard(new Promise(() => undefined), aborting.signal);
    aborting.abort('changed my mind');
    await expect(silent).rejects.toBe('changed my mind');
  });

  it('rejects for a signal that is already aborted, and keeps no reference to an aborted call that never settles', async () => {
    const never = new Promise(() => undefined);
    await expect(new PendingCalls().guard(never, AbortSignal.abort('before'))).rejects.toBe('before');
    const aborting = new AbortController();
    const letGo = vi.spyOn(aborting.signal, 'removeEventListener');
    const silent = new PendingCalls().guard(never, aborting.signal);
    aborting.abort('during');
    await expect(silent).rejects.toBe('during');
    expect(letGo).toHaveBeenCalledOnce();
  });

  it('rejects pending and later calls with the first reason', async () => {
    const calls = new PendingCalls();
    const silent = calls.guard(new Promise(() => undefined));
    calls.rejectAll(new Error('it died'));
    calls.rejectAll(new Error('it ended'));
    await expect(silent).rejects.toThrow('it died');
    await expect(calls.guard(Promise.resolve(1))).rejects.toThrow('it died');
    expect(calls.reason).toEqual(new Error('it died'));
  });
});
