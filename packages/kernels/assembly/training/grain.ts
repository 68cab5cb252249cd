/**
 * How work is divided. Every element of a result is computed by one thread, with the same operations in the same order however
 * the work is divided, so results do not depend on the number of threads.
 */

/** Elements in one piece of elementwise work; a multiple of four. */
export const grain: i32 = 16384;

/** Rows in one piece. */
export const rowGrain: i32 = 32;

/** Columns in one piece: a multiple of a cache line, so that two threads do not write into the same one. */
export const columnGrain: i32 = 64;
