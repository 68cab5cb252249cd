import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const weights = fileURLToPath(new URL('../../../weights/', import.meta.url));

/** Returns the name and the folder of each model in `weights/`. */
export function shippedModels() {
  return readdirSync(weights)
    .filter((name) => existsSync(path.join(weights, name, 'config.json')))
    .map((name) => ({ name, folder: path.join(weights, name) }));
}
