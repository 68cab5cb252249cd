/** Entry of the training worker. */
import { installErrorTransfer } from '@albert-web/boundary';
import { expose } from 'comlink';
import { Host } from './host.ts';

installErrorTransfer();
expose(new Host());
