/** What `inline-modules.ts` writes at build: the text of each module of the worker, by its file name. */
declare module 'albert-web:modules' {
  import type { ModuleTexts } from './blob-modules.ts';

  export const modules: ModuleTexts;
}
