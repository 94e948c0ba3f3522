/*
 * Multi-scale structural similarity (Wang, Simoncelli and Bovik 2003): five scales, each half of the one before;
 * contrast and structure of all of them, luminance of the last, to the power of the paper's weights. Libraries differ
 * only at an odd side, where half a block is missing: pytorch_msssim, which most papers use, pads with zeros on both
 * sides; piq repeats the first row and column. Both are here, by name.
 */
import { type Rgb8, requireComparable } from './picture.ts';
import { type Plane, weighChannels } from './plane.ts';
import { CHANNELS } from './ssim.ts';
import { similarity, WINDOW } from './ssim-windows.ts';

const EXPONENTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
const SHORTEST = (WINDOW - 1) * 2 ** (EXPONENTS.length - 1) + 1;

/**
 * MS-SSIM as pytorch_msssim computes it, 1 for equal pictures; 0 where the contrast term of a scale is negative. NaN
 * when a side is shorter than 161 pixels, where the last scale would have no window.
 */
export function msSsim(reference: Rgb8, distorted: Rgb8): number {
  return overScales(reference, distorted, (plane) =>
    halved(plane, { left: plane.width % 2, top: plane.height % 2, outside: 'zero' }),
  );
}

/** MS-SSIM as `piq.multi_scale_ssim` computes it: the same but for the border of odd sides. NaN like {@link msSsim}. */
export function msSsimPiq(reference: Rgb8, distorted: Rgb8): number {
  return overScales(reference, distorted, (plane) => {
    const odd = Math.max(plane.width % 2, plane.height % 2);
    return halved(plane, { left: odd, top: odd, outside: 'nearest' });
  });
}

function overScales(reference: Rgb8, distorted: Rgb8, half: (plane: Plane) => Plane): number {
  requireComparable(reference, distorted);
  if (Math.min(reference.width, reference.height) < SHORTEST) return Number.NaN;
  let sum = 0;
  for (const weights of CHANNELS) {
    let [p, q] = [weighChannels(reference, weights), weighChannels(distorted, weights)];
    let product = 1;
    EXPONENTS.forEach((exponent, scale) => {
      if (scale > 0) [p, q] = [half(p), half(q)];
      const { ssim, contrast } = similarity(p.width, p.height, (y, a, b) => {
        a.set(p.data.subarray(y * p.width, (y + 1) * p.width));
        b.set(q.data.subarray(y * p.width, (y + 1) * p.width));
      });
      product *= Math.max(0, scale === EXPONENTS.length - 1 ? ssim : contrast) ** exponent;
    });
    sum += product;
  }
  return sum / CHANNELS.length;
}

interface Border {
  /** Columns and rows before the first one, 0 or 1. */
  readonly left: number;
  readonly top: number;
  readonly outside: 'zero' | 'nearest';
}

// Means of 2 x 2 blocks, the first of which may begin outside.
function halved({ width, height, data }: Plane, { left, top, outside }: Border): Plane {
  const [w, h] = [(width + left) >> 1, (height + top) >> 1];
  const out = new Float64Array(w * h);
  const edge = outside === 'zero' ? 0 : 1;
  for (let y = 0; y < h; y++) {
    const below = 2 * y - top + 1;
    const above = Math.max(0, below - 1);
    const aboveWeight = below === 0 ? edge : 1;
    for (let x = 0; x < w; x++) {
      const right = 2 * x - left + 1;
      const before = Math.max(0, right - 1);
      const beforeWeight = right === 0 ? edge : 1;
      const first = beforeWeight * data[above * width + before]! + data[above * width + right]!;
      const second = beforeWeight * data[below * width + before]! + data[below * width + right]!;
      out[y * w + x] = (aboveWeight * first + second) / 4;
    }
  }
  return { width: w, height: h, data: out };
}
