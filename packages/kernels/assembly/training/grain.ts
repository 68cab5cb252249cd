/**
 * How work is divided. Every element of a result is computed by one thread, with the same operations in the same order
 * regardless of how the work is divided, so results do not depend on the number of threads.
 */

/** Elements in one work item of an elementwise kernel; a multiple of four. */
export const grain: i32 = 16384;

/** Rows in one work item. */
export const rowGrain: i32 = 32;

/** Columns in one work item: a multiple of a cache line, so that two threads do not write to the same one. */
export const columnGrain: i32 = 64;
