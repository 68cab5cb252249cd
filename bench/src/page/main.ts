import { installRemote } from './remote.ts';

installRemote();
