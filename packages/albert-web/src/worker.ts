/** Entry of the worker. */
import { expose } from 'comlink';
import { installErrorTransfer } from './error-transfer.ts';
import { Host } from './host.ts';

installErrorTransfer();
expose(new Host());
