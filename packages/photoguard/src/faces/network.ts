// The network that finds faces: BlazeFace (Bazarevsky et al. 2019), as MediaPipe has it for cameras at the back. It sees a
// square picture of 256x256 and says for each of 896 places, on two grids, how sure it is that a face is near, and where.
// A face is given by a square from the brows to the chin, and by points of which the first two are the eyes.
import type { Graph } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import { type OnnxFile, readOnnxGraph } from '../models/index.ts';
import type { Tensors } from '../runtime/index.ts';

/** Side of the picture that the network sees, in pixels. */
export const SIDE = 256;

/** A face in a picture, all lengths in pixels of that picture. */
export interface Face {
  /** Middle of its square. */
  readonly x: number;
  readonly y: number;
  /** Side of its square, from the brows to the chin. */
  readonly side: number;
  /** How far the line through the eyes is turned, in radians; clockwise is positive. */
  readonly tilt: number;
  /** How sure the network is, 0 to 1. */
  readonly score: number;
}

/** The grids of places: cells in a row, places in a cell, and the outputs that hold their scores and squares. */
const GRIDS = [
  { cells: 16, places: 2, scores: 'Identity:0', squares: 'Identity_2:0' },
  { cells: 8, places: 6, scores: 'Identity_1:0', squares: 'Identity_3:0' },
] as const;
/** Numbers of a place: the square's middle and sides, then six points. */
const NUMBERS = 16;
const INPUT = 'input:0';

/** The network, from its file. @throws PhotoGuardError `checkpoint` for a file that is not this network */
export async function readFaceNetwork(file: OnnxFile): Promise<Graph> {
  const graph = await readOnnxGraph(file, 'checkpoint');
  const shapes = new Map(graph.outputs.map(({ name, value }) => [name, value.shape.join('x')]));
  const isIt =
    graph.inputs.map(({ name, shape }) => `${name} ${shape.join('x')}`).join() === `${INPUT} 1x${SIDE}x${SIDE}x3` &&
    GRIDS.every(({ cells, places, scores, squares }) => {
      const all = cells * cells * places;
      return shapes.get(scores) === `1x${all}x1` && shapes.get(squares) === `1x${all}x${NUMBERS}`;
    });
  if (isIt) return graph;
  throw new PhotoGuardError('checkpoint', `${file.label} is not the network that finds faces`, {
    hint: 'install again: npm ci',
  });
}

/** What the network is fed: a square picture [SIDE, SIDE, 3], from -1 to 1. */
export const faceFeeds = (picture: Float32Array): Tensors => ({ [INPUT]: picture });

/** The faces in what the network says of a square picture, in shares of the picture's side. */
export function readFaces(outputs: Tensors, leastScore: number): Face[] {
  const faces: Face[] = [];
  for (const { cells, places, scores, squares } of GRIDS) {
    const [sure, found] = [outputs[scores]!, outputs[squares]!] as [Float32Array, Float32Array];
    for (let i = 0; i < sure.length; i++) {
      const score = 1 / (1 + Math.exp(-sure[i]!));
      if (!(score >= leastScore)) continue;
      const cell = Math.floor(i / places);
      const of = (k: number): number => found[NUMBERS * i + k]! / SIDE;
      faces.push({
        x: ((cell % cells) + 0.5) / cells + of(0),
        y: (Math.floor(cell / cells) + 0.5) / cells + of(1),
        side: (of(2) + of(3)) / 2,
        tilt: Math.atan2(of(7) - of(5), of(6) - of(4)),
        score,
      });
    }
  }
  return faces;
}
