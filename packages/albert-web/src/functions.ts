/** Functions on texts and results that run in the page itself, without the model. */
export {
  cosine,
  maxUnread,
  otherLanguage,
  paraphraseMining,
  quantizeEmbedding,
  verdictOf,
  visibleText,
} from '@albert-web/tasks';
