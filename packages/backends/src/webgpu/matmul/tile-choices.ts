/** The fastest tile for each product on each GPU, remembered by the browser, so that it is measured only once. */
import { get, update } from 'idb-keyval';
import type { Matmul } from './program.ts';
import type { WeightStorage } from './weight-storage.ts';

/** What a choice of tile depends on. */
export interface TileQuestion extends Matmul {
  readonly storage: WeightStorage;
  /** Number of rows, rounded up to a power of two: see `TiledProduct`. */
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/** Choices made on one GPU, stored in IndexedDB if available. */
export class TileChoices {
  readonly #key: string;
  readonly #choices: Map<string, string>;

  private constructor(key: string, choices: Map<string, string>) {
    this.#key = key;
    this.#choices = choices;
  }

  /** Opens a GPU's choices. @param adapter identifies it. A driver update can make a choice stale, which only costs speed. */
  static async open(adapter: string): Promise<TileChoices> {
    const key = `albert-web tiles: ${adapter}`;
    const stored = hasStorage() ? await get<Record<string, string>>(key).catch(() => undefined) : undefined;
    return new TileChoices(key, new Map(Object.entries(stored ?? {})));
  }

  /** Returns the name of the chosen tile, if any. */
  of(question: TileQuestion): string | undefined {
    return this.#choices.get(keyOf(question));
  }

  /** Remembers a choice; without IndexedDB, only for the life of the page. */
  async remember(question: TileQuestion, tile: string): Promise<void> {
    this.#choices.set(keyOf(question), tile);
    if (!hasStorage()) return;
    const stored = Object.fromEntries(this.#choices);
    // Another tab may have measured other sizes in the meantime.
    await update<Record<string, string>>(this.#key, (before) => ({ ...before, ...stored })).catch(() => undefined);
  }
}

const choicesOn = new WeakMap<GPUDevice, Promise<TileChoices>>();

/** Returns the choices made on a device's GPU. */
export function tileChoicesOn(device: GPUDevice): Promise<TileChoices> {
  const choices = choicesOn.get(device) ?? TileChoices.open(adapterKey(device));
  choicesOn.set(device, choices);
  return choices;
}

/** Returns a key that identifies a GPU as far as browsers reveal it. */
function adapterKey({ adapterInfo }: GPUDevice): string {
  const { vendor, architecture, device, description } = (adapterInfo as GPUAdapterInfo | undefined) ?? {};
  return [vendor, architecture, device, description].filter(Boolean).join(' ') || 'unnamed';
}

function keyOf({ input, finish, storage, rows, depth, columns }: TileQuestion): string {
  return [input, finish, storage, `${rows}x${depth}x${columns}`].join(' ');
}

const hasStorage = (): boolean => typeof indexedDB !== 'undefined';
