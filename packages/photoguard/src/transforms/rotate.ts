// Rotates about the middle and back. sharp can rotate too, but it rounds the canvas, so the result is shifted by up to
// a pixel; here the middle stays in place, and only the two interpolations show.
import type { Pixels8 } from '../image/index.ts';
import { transformKind } from './kind.ts';
import { reflected } from './reflected.ts';

/** `rotate`. */
export const rotate = transformKind({
  about: 'turned by an angle and turned back',
  compared:
    'EditShield trains against rotation. Here it is undone, so that edits can be compared: what is left is the ' +
    'interpolation, twice, bicubic with a = -0.5, in 8 bits. Nothing is cut off: the canvas grows, and beyond the edges ' +
    'the picture is mirrored.',
  arguments: { degrees: { kind: 'number', about: 'anticlockwise', default: 5, min: -180, max: 180, unit: 'degrees' } },
  make:
    ({ degrees }) =>
    async (pixels) => {
      const { width, height } = pixels;
      // Of the same parity as the sides, so that both middles are on the same grid; MARGIN is for the reach of the
      // bicubic filter.
      const reach = Math.ceil(Math.hypot(width, height)) + MARGIN;
      const canvas = {
        width: width + 2 * Math.ceil((reach - width) / 2),
        height: height + 2 * Math.ceil((reach - height) / 2),
      };
      return turned(turned(pixels, canvas.width, canvas.height, degrees), width, height, -degrees);
    },
});

const MARGIN = 4;

/** Rotates a picture about its middle onto a canvas with the same middle. */
function turned(from: Pixels8, width: number, height: number, degrees: number): Pixels8 {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const data = new Uint8Array(3 * width * height);
  const [columns, rows] = [new Int32Array(4), new Int32Array(4)];
  for (let y = 0, target = 0; y < height; y++) {
    for (let x = 0; x < width; x++, target += 3) {
      const [dx, dy] = [x - (width - 1) / 2, y - (height - 1) / 2];
      const sx = cos * dx - sin * dy + (from.width - 1) / 2;
      const sy = sin * dx + cos * dy + (from.height - 1) / 2;
      const [left, top] = [Math.floor(sx), Math.floor(sy)];
      const [across, down] = [weights(sx - left), weights(sy - top)];
      for (let k = 0; k < 4; k++) {
        columns[k] = 3 * reflected(left - 1 + k, from.width);
        rows[k] = 3 * from.width * reflected(top - 1 + k, from.height);
      }
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let j = 0; j < 4; j++)
          for (let k = 0; k < 4; k++) sum += down[j]! * across[k]! * from.data[rows[j]! + columns[k]! + c]!;
        data[target + c] = Math.min(Math.max(Math.floor(sum + 0.5), 0), 255);
      }
    }
  }
  return { width, height, channels: 3, data };
}

// Keys' cubic with a = -0.5 at the four pixels around a position, `t` after the second.
function weights(t: number): readonly [number, number, number, number] {
  const [t2, t3] = [t * t, t * t * t];
  return [-0.5 * t3 + t2 - 0.5 * t, 1.5 * t3 - 2.5 * t2 + 1, -1.5 * t3 + 2 * t2 + 0.5 * t, 0.5 * t3 - 0.5 * t2];
}
