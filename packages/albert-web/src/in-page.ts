/** Runs the worker's side in the page, for pages that cannot start workers. Loaded only with `worker: false`. */
import { expose } from 'comlink';
import { installErrorTransfer } from '@albert-web/boundary';
import { Host } from './host.ts';

/** Starts a host in this thread. @returns the port to reach it */
export function startHost(): MessagePort {
  // The classic script bundles its own copy of comlink.
  installErrorTransfer();
  const { port1, port2 } = new MessageChannel();
  expose(new Host(), port1);
  return port2;
}
