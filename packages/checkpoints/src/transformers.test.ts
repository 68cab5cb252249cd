/** Converts Hugging Face files to our shards and back, and opens the result with transformers if it is installed. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fixtureUrl, goldenModels } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import { openModel } from './files/open.ts';
import { loadCheckpoint } from './load.ts';
import { writeHuggingFace } from './safetensors/hugging-face.ts';
import { writeShardedCheckpoint } from './safetensors/shards.ts';
import { fileRecord, filesInMemory } from './testing/checkpoints.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../scripts/check_transformers.py', import.meta.url));

/** Set ALBERT_WEB_PYTHON to a Python with torch and transformers if `python3` has none. */
const python = process.env['ALBERT_WEB_PYTHON'] ?? 'python3';
const reason = await run(python, ['-c', 'import torch, transformers']).then(
  () => undefined,
  () => `${python} has no torch and transformers`,
);

describe('our safetensors', () => {
  it('are opened by transformers with every head, without missing or unexpected weights', async ({ skip }) => {
    if (reason !== undefined) skip(reason);
    const root = await mkdtemp(join(tmpdir(), 'albert-hf-'));
    try {
      for (const model of goldenModels) await writeModel(model, join(root, model));
      const { stdout } = await run(python, [script, ...goldenModels.map((model) => join(root, model))]);
      const differences = Object.entries(JSON.parse(stdout) as Record<string, number>);
      expect(differences).toHaveLength(goldenModels.length);
      for (const [folder, difference] of differences) expect(difference, folder).toBeLessThanOrEqual(1e-5);
    } finally {
      await rm(root, { recursive: true });
    }
  }, 300_000);
});

/** Loads a golden model, writes shards, loads those, and writes a single file. */
async function writeModel(model: string, folder: string): Promise<void> {
  const original = await loadCheckpoint(await openModel(fixtureUrl(`models/${model}`)));
  const shards = await writeShardedCheckpoint(original, { maxBytes: 20_000 });
  const checkpoint = await loadCheckpoint(filesInMemory(fileRecord(shards)));
  await mkdir(folder);
  await writeFile(join(folder, 'model.safetensors'), writeHuggingFace(checkpoint));
  for (const file of ['config.json', 'golden.json'])
    await copyFile(fixtureUrl(`models/${model}/${file}`), join(folder, file));
}
