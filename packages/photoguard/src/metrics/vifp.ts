/*
 * Visual information fidelity in the pixel domain (Sheikh and Bovik 2006, the authors' vifp_mscale; piq.vif_p): how
 * much of what an eye could see of the reference it can see of the distorted picture. Luma on the 0-255 scale, four
 * scales; at each, in Gaussian windows, the reference is the signal, the distorted picture is that signal times a gain
 * plus noise, and the eye adds its own noise of variance 2. Not symmetric. In float64, since variances are differences
 * of nearly equal numbers: float32 is off by 2e-3 on a blurred photo.
 */
import { filterInside, gaussian } from './gaussian.ts';
import { type Rgb8, requireComparable } from './picture.ts';
import { LUMA, type Plane, weighChannels } from './plane.ts';

const EYE_NOISE = 2;
const EPSILON = 1e-8;
const SHORTEST = 41;

/**
 * VIFp, 1 for equal pictures; a distorted picture of more contrast than the reference can exceed 1. NaN when a side is
 * shorter than 41 pixels.
 */
export function vifp(reference: Rgb8, distorted: Rgb8): number {
  requireComparable(reference, distorted);
  if (Math.min(reference.width, reference.height) < SHORTEST) return Number.NaN;
  let [signal, seen] = [weighChannels(reference, LUMA), weighChannels(distorted, LUMA)];
  const information = { kept: 0, all: 0 };
  for (let scale = 0; scale < 4; scale++) {
    const side = 2 ** (4 - scale) + 1;
    const window = gaussian(side, side / 5);
    if (scale > 0)
      [signal, seen] = [everySecond(filterInside(signal, window)), everySecond(filterInside(seen, window))];
    addScale(information, signal, seen, window);
  }
  return (information.kept + EPSILON) / (information.all + EPSILON);
}

function addScale(information: { kept: number; all: number }, signal: Plane, seen: Plane, window: Float64Array): void {
  const [s, t] = [signal.data, seen.data];
  const mean = (data: Float64Array): Float64Array => filterInside({ ...signal, data }, window).data;
  const [ms, mt] = [mean(s), mean(t)];
  const [mss, mtt, mst] = [mean(product(s, s)), mean(product(t, t)), mean(product(s, t))];
  let kept = 0;
  let all = 0;
  for (let i = 0; i < ms.length; i++) {
    let signalVariance = Math.max(0, mss[i]! - ms[i]! * ms[i]!);
    const seenVariance = Math.max(0, mtt[i]! - mt[i]! * mt[i]!);
    const covariance = mst[i]! - ms[i]! * mt[i]!;
    let gain = covariance / (signalVariance + EPSILON);
    let noise = seenVariance - gain * covariance;
    if (signalVariance < EPSILON) {
      gain = 0;
      noise = seenVariance;
      signalVariance = 0;
    }
    if (seenVariance < EPSILON) {
      gain = 0;
      noise = 0;
    }
    if (gain < 0) {
      gain = 0;
      noise = seenVariance;
    }
    noise = Math.max(noise, EPSILON);
    kept += Math.log(1 + (gain * gain * signalVariance) / (noise + EYE_NOISE));
    all += Math.log(1 + signalVariance / EYE_NOISE);
  }
  // The reference adds base-10 logarithms, and the epsilon of the quotient is in the same unit.
  information.kept += kept / Math.LN10;
  information.all += all / Math.LN10;
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i]! * b[i]!;
  return out;
}

function everySecond({ width, height, data }: Plane): Plane {
  const [w, h] = [(width + 1) >> 1, (height + 1) >> 1];
  const out = new Float64Array(w * h);
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) out[y * w + x] = data[2 * y * width + 2 * x]!;
  return { width: w, height: h, data: out };
}
