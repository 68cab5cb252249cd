import { describe, expect, it, vi } from 'vitest';
import { OpenCalls } from './open-calls.ts';

describe('OpenCalls', () => {
  it('lets answers and errors through', async () => {
    const calls = new OpenCalls();
    await expect(calls.guard(Promise.resolve(1))).resolves.toBe(1);
    await expect(calls.guard(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('refuses for the signal at once, whatever the answer does', async () => {
    const aborting = new AbortController();
    const silent = new OpenCalls().guard(new Promise(() => undefined), aborting.signal);
    aborting.abort('changed my mind');
    await expect(silent).rejects.toBe('changed my mind');
  });

  it('refuses for a signal that came before, and keeps nothing of an aborted call that never answers', async () => {
    const never = new Promise(() => undefined);
    await expect(new OpenCalls().guard(never, AbortSignal.abort('before'))).rejects.toBe('before');
    const aborting = new AbortController();
    const letGo = vi.spyOn(aborting.signal, 'removeEventListener');
    const silent = new OpenCalls().guard(never, aborting.signal);
    aborting.abort('during');
    await expect(silent).rejects.toBe('during');
    expect(letGo).toHaveBeenCalledOnce();
  });

  it('refuses what never answers, and what comes later, by the first reason', async () => {
    const calls = new OpenCalls();
    const silent = calls.guard(new Promise(() => undefined));
    calls.refuse(new Error('it died'));
    calls.refuse(new Error('it ended'));
    await expect(silent).rejects.toThrow('it died');
    await expect(calls.guard(Promise.resolve(1))).rejects.toThrow('it died');
  });
});
