/** Which tile was fastest for which product, on which GPU: remembered by the browser, so that it is measured once. */
import { get, update } from 'idb-keyval';
import type { Matmul } from './program.ts';
import type { WeightStorage } from './weight-storage.ts';

/** What a choice depends on. */
export interface TileQuestion extends Matmul {
  readonly storage: WeightStorage;
  /** Rounded up to a power of two: see `TiledProduct`. */
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/** Choices made on one GPU, kept in IndexedDB where there is one. */
export class TileChoices {
  readonly #key: string;
  readonly #choices: Map<string, string>;

  private constructor(key: string, choices: Map<string, string>) {
    this.#key = key;
    this.#choices = choices;
  }

  /** @param adapter what tells this GPU from others. A driver's update is not seen: a stale choice costs speed, nothing else. */
  static async open(adapter: string): Promise<TileChoices> {
    const key = `albert-web tiles: ${adapter}`;
    const stored = hasStorage() ? await get<Record<string, string>>(key).catch(() => undefined) : undefined;
    return new TileChoices(key, new Map(Object.entries(stored ?? {})));
  }

  /** The name of the tile that was chosen, if one was. */
  of(question: TileQuestion): string | undefined {
    return this.#choices.get(keyOf(question));
  }

  /** Remembers a choice; a browser that stores nothing forgets it with the page. */
  async remember(question: TileQuestion, tile: string): Promise<void> {
    this.#choices.set(keyOf(question), tile);
    if (!hasStorage()) return;
    const stored = Object.fromEntries(this.#choices);
    // Another tab may have measured other sizes meanwhile.
    await update<Record<string, string>>(this.#key, (before) => ({ ...before, ...stored })).catch(() => undefined);
  }
}

const choicesOn = new WeakMap<GPUDevice, Promise<TileChoices>>();

/** The choices made on the GPU behind a device. */
export function tileChoicesOn(device: GPUDevice): Promise<TileChoices> {
  const choices = choicesOn.get(device) ?? TileChoices.open(adapterKey(device));
  choicesOn.set(device, choices);
  return choices;
}

/** Tells one GPU from another as far as browsers let it be told. */
function adapterKey({ adapterInfo }: GPUDevice): string {
  const { vendor, architecture, device, description } = (adapterInfo as GPUAdapterInfo | undefined) ?? {};
  return [vendor, architecture, device, description].filter(Boolean).join(' ') || 'unnamed';
}

function keyOf({ input, finish, storage, rows, depth, columns }: TileQuestion): string {
  return [input, finish, storage, `${rows}x${depth}x${columns}`].join(' ');
}

const hasStorage = (): boolean => typeof indexedDB !== 'undefined';
