import { InvalidArgumentError } from '@albert-web/errors';
import { describe, expect, it } from 'vitest';
import { loadCheckpoint } from '../load.ts';
import { fileRecord, filesInMemory, randomCheckpoint } from '../testing/checkpoints.ts';
import { parseSafetensors } from './parse.ts';
import { writeShardedCheckpoint } from './shards.ts';

describe('writeShardedCheckpoint', () => {
  it('writes one shard for a small checkpoint, which is a plain safetensors file', async () => {
    const checkpoint = randomCheckpoint({ a: [2, 3], b: [4] });
    const files = await writeShardedCheckpoint(checkpoint);
    expect(files.map(({ path }) => path)).toEqual(['model-00001-of-00001.safetensors', 'model.safetensors.index.json']);
    expect(parseSafetensors(files[0]?.bytes ?? new Uint8Array()).tensors).toEqual(checkpoint.tensors);
  });

  it.each([600, 777, 1024, 5000])('writes at most %i bytes per shard, and loses nothing', async (maxBytes) => {
    const checkpoint = randomCheckpoint({ 'x.half': [77, 9], y: [513], z: [40, 3, 2], one: [1], 'w.half': [5] });
    const files = await writeShardedCheckpoint(checkpoint, { maxBytes });
    for (const { path, bytes } of files) {
      if (path.endsWith('.safetensors')) expect(bytes.length).toBeLessThanOrEqual(maxBytes);
    }
    const { tensors } = await loadCheckpoint(filesInMemory(fileRecord(files)));
    for (const [name, tensor] of checkpoint.tensors) expect(tensors.get(name)).toEqual(tensor);
  });

  it('rejects a shard size that is too small for one row', async () => {
    const checkpoint = randomCheckpoint({ wide: [2, 1000] });
    await expect(writeShardedCheckpoint(checkpoint, { maxBytes: 2000 })).rejects.toThrow(InvalidArgumentError);
  });
});
