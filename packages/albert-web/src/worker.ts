/** Entry of the worker. */
import { expose } from 'comlink';
import { installErrorTransfer } from '@albert-web/boundary';
import { Host } from './host.ts';

installErrorTransfer();
expose(new Host());
