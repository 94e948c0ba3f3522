// What a face covers of a photo: an ellipse around its square, turned as its eyes are, that takes in the forehead and the
// chin. Its edge is soft, so that nobody sees where a change that is smaller on the face becomes larger.
import type { Size, SoftMask } from '../image/index.ts';
import type { Face } from './network.ts';

/** In sides of the face's square: the ellipse's half-axes, and how far its middle is above the square's. */
const ELLIPSE = Object.freeze({ across: 0.65, along: 0.8, above: 0.1 });
/** Where the edge ends, as a share of the half-axes; it begins at 1. */
const EDGE = 1.25;

/** 1 on the faces, 0 away from them, and between at the edges of the ellipses around them. */
export function coverFaces(faces: readonly Face[], { width, height }: Size): SoftMask {
  const data = new Float32Array(width * height);
  for (const { x, y, side, tilt } of faces) {
    const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
    const [middleX, middleY] = [x + sin * ELLIPSE.above * side, y - cos * ELLIPSE.above * side];
    const reach = EDGE * ELLIPSE.along * side;
    const [right, bottom] = [Math.min(width, Math.ceil(middleX + reach)), Math.min(height, Math.ceil(middleY + reach))];
    for (let row = Math.max(0, Math.floor(middleY - reach)); row < bottom; row++)
      for (let column = Math.max(0, Math.floor(middleX - reach)); column < right; column++) {
        const [dx, dy] = [column + 0.5 - middleX, row + 0.5 - middleY];
        const across = (cos * dx + sin * dy) / (ELLIPSE.across * side);
        const along = (cos * dy - sin * dx) / (ELLIPSE.along * side);
        const covered = (EDGE - Math.hypot(across, along)) / (EDGE - 1);
        const i = row * width + column;
        if (covered > data[i]!) data[i] = Math.min(covered, 1);
      }
  }
  return { width, height, data };
}
