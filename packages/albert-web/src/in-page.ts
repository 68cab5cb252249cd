/** The worker's side without a worker, for pages that may not start one; loaded only with `worker: false`. */
import { expose } from 'comlink';
import { installErrorTransfer } from '@albert-web/boundary';
import { Host } from './host.ts';

/** A host in this thread, by the port it answers on. */
export function startHost(): MessagePort {
  // The classic script has a comlink of its own.
  installErrorTransfer();
  const { port1, port2 } = new MessageChannel();
  expose(new Host(), port1);
  return port2;
}
