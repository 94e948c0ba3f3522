// A super-resolution model from an ONNX file, bound to the size of a picture.
import { type Graph, GraphError, importOnnx, onnxInputs } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import type { Size } from '../image/index.ts';
import { readModelFile, withDataBeside } from '../models/index.ts';

/** A model, and the size of what it gives. */
export interface Upscaler {
  readonly graph: Graph;
  readonly size: Size;
}

/**
 * Reads a model for pictures of a size.
 * @throws PhotoGuardError `not-found` for a file that cannot be read, `model` for one that is no ONNX model, or whose
 *   input or output is no picture
 */
export async function readUpscaler(file: string, picture: Size): Promise<Upscaler> {
  const bytes = await readModelFile(file, 'not-found');
  try {
    const inputs = onnxInputs(bytes);
    if (inputs.length !== 1)
      throw new PhotoGuardError('model', `${file}: one input is expected, a picture`, {
        got: inputs.map(({ name }) => name).join(', ') || 'none',
      });
    const shape = [1, 3, picture.height, picture.width];
    const graph = await withDataBeside(importOnnx(bytes, { inputShapes: { [inputs[0]!.name]: shape } }), file);
    return { graph, size: sizeGiven(file, graph, picture) };
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new PhotoGuardError('model', `${file}: ${error.message}`, { cause: error });
  }
}

function sizeGiven(file: string, { inputs, outputs }: Graph, picture: Size): Size {
  const { value } = outputs[0]!;
  const [n, channels, height, width] = value.shape;
  const isPicture = value.shape.length === 4 && n === 1 && channels === 3;
  if (inputs[0]!.dtype !== 'float32' || value.dtype !== 'float32' || !isPicture)
    throw new PhotoGuardError('model', `${file}: a picture is expected to come out, float32 [1, 3, H, W]`, {
      got: `${inputs[0]!.dtype} to ${value.dtype} [${value.shape.join(', ')}]`,
    });
  if (width! < picture.width || height! < picture.height)
    throw new PhotoGuardError('model', `${file}: the picture becomes smaller`, {
      got: `${width}x${height} of ${picture.width}x${picture.height}`,
    });
  return { width: width!, height: height! };
}
