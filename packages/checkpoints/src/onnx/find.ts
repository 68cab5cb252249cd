import type { ModelFiles, ReadOptions } from '../files/types.ts';
import { ConvertError } from '../errors.ts';

/** Folders of ONNX files: the root for optimum, `onnx/` for transformers.js. */
const folders = ['onnx/', ''];

/** File names of optimum and transformers.js, most exact first. */
const names = [
  'model.onnx',
  'model_fp16.onnx',
  'model_quantized.onnx',
  'model_int8.onnx',
  'model_uint8.onnx',
  'model_q4.onnx',
  'model_q4f16.onnx',
  'model_optimized.onnx',
];

/**
 * Finds the most exact ONNX file of a model, if there is one.
 *
 * @throws ConvertError when there are several with unknown names
 */
export async function findOnnx(
  files: ModelFiles,
  { signal }: Pick<ReadOptions, 'signal'>,
): Promise<string | undefined> {
  const all = await files.list?.({ signal });
  for (const name of names) {
    for (const folder of folders) {
      const path = `${folder}${name}`;
      if (all ? all.includes(path) : await files.has(path, { signal })) return path;
    }
  }
  const others = all?.filter((path) => path.endsWith('.onnx')) ?? [];
  if (others.length <= 1) return others[0];
  throw new ConvertError({
    problem: `${files.location} has ${others.length} ONNX files: ${others.slice(0, 5).join(', ')}`,
    expected: `Expected one of them to be named ${names[0]}`,
    remedy: `Choose one of them: load(…, { weights: ${JSON.stringify(others[0])} }), or ${files.location}/${others[0]} on the command line`,
  });
}
