/** What a page computes itself, beside its model, from texts and results. */
export {
  cosine,
  maxUnread,
  otherLanguage,
  paraphraseMining,
  quantizeEmbedding,
  verdictOf,
  visibleText,
} from '@albert-web/tasks';
