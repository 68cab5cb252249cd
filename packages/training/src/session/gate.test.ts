import { expect, it, vi } from 'vitest';
import { Gate } from './gate.ts';

it('does not wait while it is open, and waits while it is closed', async () => {
  const gate = new Gate();
  const onWait = vi.fn<() => void>();
  await gate.pass(onWait);
  expect(onWait).not.toHaveBeenCalled();
  gate.close();
  let passed = false;
  const passing = gate.pass(onWait).then(() => (passed = true));
  await vi.waitFor(() => expect(onWait).toHaveBeenCalledOnce());
  expect(passed).toBe(false);
  gate.open();
  await passing;
});
