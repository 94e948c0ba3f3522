// A super-resolution model from an ONNX file, bound to the size of a picture.
import { type Graph, GraphError, onnxInputs } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import type { Size } from '../image/index.ts';
import { type OnnxFile, readOnnxGraph } from '../models/index.ts';

/** A model, and the size of its output. */
export interface Upscaler {
  readonly graph: Graph;
  readonly size: Size;
}

/**
 * A model for pictures of a size.
 * @throws PhotoGuardError `model` if the bytes are not an ONNX model, or if its input or output is not a picture;
 *   `checkpoint` if external data are missing
 */
export async function openUpscaler(file: OnnxFile, picture: Size): Promise<Upscaler> {
  const inputs = listInputs(file);
  if (inputs.length !== 1)
    throw new PhotoGuardError('model', `${file.label}: there must be one input, a picture`, {
      got: inputs.join(', ') || 'none',
    });
  const graph = await readOnnxGraph(file, 'model', {
    inputShapes: { [inputs[0]!]: [1, 3, picture.height, picture.width] },
  });
  return { graph, size: sizeGiven(file, graph, picture) };
}

function listInputs({ label, bytes }: OnnxFile): string[] {
  try {
    return onnxInputs(bytes).map(({ name }) => name);
  } catch (cause) {
    if (!(cause instanceof GraphError)) throw cause;
    throw new PhotoGuardError('model', `${label}: ${cause.message}`, { cause });
  }
}

function sizeGiven({ label }: OnnxFile, { inputs, outputs }: Graph, picture: Size): Size {
  const { value } = outputs[0]!;
  const [n, channels, height, width] = value.shape;
  const isPicture = value.shape.length === 4 && n === 1 && channels === 3;
  if (inputs[0]!.dtype !== 'float32' || value.dtype !== 'float32' || !isPicture)
    throw new PhotoGuardError('model', `${label}: the output must be a picture, float32 [1, 3, H, W]`, {
      got: `${inputs[0]!.dtype} to ${value.dtype} [${value.shape.join(', ')}]`,
    });
  if (width! < picture.width || height! < picture.height)
    throw new PhotoGuardError('model', `${label}: the picture becomes smaller`, {
      got: `${width}x${height} of ${picture.width}x${picture.height}`,
    });
  return { width: width!, height: height! };
}
