/** Internal: the trainer imports this before it computes gradients. A separate entry, so that Node and bundlers can resolve it. */
export * from '@albert-web/core/all-gradients';
