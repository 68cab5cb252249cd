import { fixtureUrl, readFixture } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import { openModel } from './files/open.ts';
import { importModel } from './import.ts';
import { parseSafetensors } from './safetensors/parse.ts';
import { fileRecord, filesInMemory } from './testing/checkpoints.ts';
import { writeTfjs } from './tfjs/write.ts';
import { MissingFileError } from './errors.ts';

const safetensors = await readFixture('models/default-pretraining/model.safetensors');
const config = await readFixture('models/default-pretraining/config.json');
const { tensors } = parseSafetensors(safetensors);

describe('importModel', () => {
  it('gives the same model from safetensors, TensorFlow and TensorFlow.js', async () => {
    const models = await Promise.all([
      importModel(filesInMemory({ 'model.safetensors': safetensors, 'config.json': config })),
      importModel(await openModel(fixtureUrl('weights/tensorflow'))),
      importModel(filesInMemory({ ...fileRecord(writeTfjs({ tensors, metadata: {} })), 'config.json': config })),
    ]);
    for (const model of models) {
      expect([...model.checkpoint.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
      for (const [name, tensor] of model.checkpoint.tensors) expect(tensor).toEqual(tensors.get(name));
      expect(model.config['architectures']).toEqual(['AlbertForPreTraining']);
    }
  });

  it('reads the requested file, and errors name the file that exists', async () => {
    const files = { 'config.json': config, 'best.safetensors': safetensors };
    const { checkpoint } = await importModel(filesInMemory(files), { weights: 'best.safetensors' });
    expect(checkpoint.tensors.size).toBe(tensors.size);
    await expect(importModel(filesInMemory(files), { weights: 'pytorch_model.bin' })).rejects.toThrow(
      /pytorch_model\.bin/u,
    );
    const listed = { ...filesInMemory(files), list: () => Promise.resolve([...Object.keys(files), 'optimizer.pt']) };
    await expect(importModel(listed)).rejects.toThrow(/\{ weights: "best\.safetensors" \}/u);
    const shards = ['model.fp16-00001-of-00002.safetensors', 'model.safetensors.index.fp16.json'];
    const variant = { ...filesInMemory({ 'config.json': config }), list: () => Promise.resolve(shards) };
    await expect(importModel(variant)).rejects.toThrow(/\{ weights: "model\.safetensors\.index\.fp16\.json" \}/u);
    const run = { ...filesInMemory({}), list: () => Promise.resolve(['checkpoint-500/config.json']) };
    await expect(importModel(run)).rejects.toThrow(/Give that folder: memory\/checkpoint-500/u);
    const packed = { ...run, location: 'two.zip' };
    await expect(importModel(packed)).rejects.toThrow(/Unpack two\.zip, and give the folder checkpoint-500/u);
  });

  it('throws an error that says what was expected, and what is there instead', async () => {
    await expect(importModel(filesInMemory({}))).rejects.toThrow(/pytorch_model\.bin/u);
    await expect(importModel(filesInMemory({}))).rejects.toThrow(MissingFileError);
    const rust = filesInMemory({ 'config.json': config, 'rust_model.ot': new Uint8Array(8) });
    await expect(importModel(rust)).rejects.toThrow(/rust_model\.ot is: weights for rust-bert/u);
  });
});
