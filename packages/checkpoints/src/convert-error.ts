import { ConvertError } from './errors.ts';

/** A graph can be valid and still not be one that this reader understands. */
const onnxRemedy =
  'Check that the file is complete. If it is, take model.safetensors or pytorch_model.bin of the same model, or export it again: optimum-cli export onnx --model MODEL OUT';

/** @param file the file being read, for the message */
export function cannotConvert(file: string, problem: string, cause?: unknown): ConvertError {
  return new ConvertError(
    {
      problem: `${file} ${problem}`,
      remedy: file.endsWith('.onnx') ? onnxRemedy : 'Check that the file is complete and of the kind it should be',
    },
    { cause },
  );
}
