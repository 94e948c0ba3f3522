// A super-resolution model of an ONNX file, bound to the size of a picture.
import { type Graph, GraphError, onnxInputs } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import type { Size } from '../image/index.ts';
import { type OnnxFile, readOnnxGraph } from '../models/index.ts';

/** A model, and the size of what it gives. */
export interface Upscaler {
  readonly graph: Graph;
  readonly size: Size;
}

/**
 * A model for pictures of a size.
 * @throws PhotoGuardError `model` for bytes that are no ONNX model, or whose input or output is no picture; `checkpoint`
 *   for external data that are missing
 */
export async function openUpscaler(file: OnnxFile, picture: Size): Promise<Upscaler> {
  const inputs = listInputs(file);
  if (inputs.length !== 1)
    throw new PhotoGuardError('model', `${file.label}: one input is expected, a picture`, {
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
    throw new PhotoGuardError('model', `${label}: a picture is expected to come out, float32 [1, 3, H, W]`, {
      got: `${inputs[0]!.dtype} to ${value.dtype} [${value.shape.join(', ')}]`,
    });
  if (width! < picture.width || height! < picture.height)
    throw new PhotoGuardError('model', `${label}: the picture becomes smaller`, {
      got: `${width}x${height} of ${picture.width}x${picture.height}`,
    });
  return { width: width!, height: height! };
}
