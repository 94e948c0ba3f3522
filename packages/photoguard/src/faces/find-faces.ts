// Finds the faces in a photo. The network sees one square at a time, small: the whole photo first, in which it finds faces
// from about a twelfth of the longer side up, then squares of half the longer side that overlap by half, for faces half as
// large. What both find is one face. In the smaller squares it must be surer, since there are more places to be wrong.
import type { Graph } from 'onnx-grad';
import { cropPixels, type Pixels8, resizePixels, type Size } from '../image/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { type Face, faceFeeds, readFaces, SIDE } from './network.ts';

/** How sure the network must be: of the whole photo, and of a part. */
const LEAST_SCORE = { whole: 0.75, part: 0.85 } as const;
/** Share of the smaller of two squares that may be common to both, if they are two faces. */
const COMMON = 0.3;

/** Options of {@link findFaces}. */
export interface FindFacesOptions {
  /** From {@link readFaceNetwork}. */
  readonly network: Graph;
  readonly runtime: Runtime;
  readonly signal?: AbortSignal;
}

/** A square of the photo, which may reach beyond its edges. */
interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
  readonly leastScore: number;
}

/** The faces in a photo, in its pixels, the surest first. */
export async function findFaces(photo: Pixels8, { network, runtime, signal }: FindFacesOptions): Promise<Face[]> {
  const programs = runtime.programs.lease();
  const faces: Face[] = [];
  try {
    for (const square of listSquares(photo)) {
      const { left, top, side, leastScore } = square;
      const outputs = await programs.run(network, faceFeeds(see(photo, square)), { signal });
      for (const face of readFaces(outputs, leastScore))
        faces.push({ ...face, x: left + face.x * side, y: top + face.y * side, side: face.side * side });
    }
  } finally {
    await programs.release();
  }
  return withoutDoubles(faces);
}

function listSquares({ width, height }: Size): Square[] {
  const longer = Math.max(width, height);
  const squares: Square[] = [{ left: 0, top: 0, side: longer, leastScore: LEAST_SCORE.whole }];
  const step = Math.ceil(longer / 4);
  if (2 * step < SIDE) return squares; // nothing more is to be seen by looking closer
  for (let top = 0; top === 0 || top + step < height; top += step)
    for (let left = 0; left === 0 || left + step < width; left += step)
      squares.push({ left, top, side: 2 * step, leastScore: LEAST_SCORE.part });
  return squares;
}

// A square as the network sees it: scaled down, from -1 to 1, black beyond the photo's edges.
function see(photo: Pixels8, { left, top, side }: Square): Float32Array {
  const part = cut(photo, left, top, side);
  const size = {
    width: Math.max(1, Math.round((part.width * SIDE) / side)),
    height: Math.max(1, Math.round((part.height * SIDE) / side)),
  };
  const { data } = resizePixels(part, size, { filter: 'bilinear' });
  const picture = new Float32Array(SIDE * SIDE * 3).fill(-1);
  const area = size.width * size.height;
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++)
      for (let channel = 0; channel < 3; channel++)
        picture[(y * SIDE + x) * 3 + channel] = 2 * data[channel * area + y * size.width + x]! - 1;
  return picture;
}

// What of a square lies on the photo.
function cut(photo: Pixels8, left: number, top: number, side: number): Pixels8 {
  const [width, height] = [Math.min(side, photo.width - left), Math.min(side, photo.height - top)];
  return width === photo.width && height === photo.height ? photo : cropPixels(photo, { left, top, width, height });
}

function withoutDoubles(faces: readonly Face[]): Face[] {
  const kept: Face[] = [];
  for (const face of [...faces].sort((a, b) => b.score - a.score))
    if (!kept.some((other) => commonShare(face, other) > COMMON)) kept.push(face);
  return kept;
}

// Of the smaller of two squares, the share that lies in the other.
function commonShare(a: Face, b: Face): number {
  const along = (p: number, q: number): number =>
    Math.max(0, Math.min(p + a.side / 2, q + b.side / 2) - Math.max(p - a.side / 2, q - b.side / 2));
  return (along(a.x, b.x) * along(a.y, b.y)) / Math.min(a.side, b.side) ** 2;
}
