/** Internal: what the trainer imports before it takes gradients. An entry of its own, so that bare Node and bundlers find it. */
export * from '@albert-web/core/all-gradients';
