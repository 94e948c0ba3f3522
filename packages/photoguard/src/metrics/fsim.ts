/*
 * Feature similarity (Zhang et al. 2011): where the pictures' phase congruency and gradients agree, weighed by the
 * larger congruency, since that is where people look. FSIM is of luma; FSIMc has the chroma's similarity as one more
 * factor. Both as piq.fsim computes them (FSIMc is its default), average pooling by round(shorter side / 256) included;
 * the paper's own scaling differs a little, and phasepack's variant is another quantity.
 */
import { gradientLengths, SCHARR } from './gradients.ts';
import { phaseCongruency } from './phase-congruency.ts';
import { type Rgb8, requireComparable } from './picture.ts';
import { LUMA, piqPooling, type Weights, weighChannels } from './plane.ts';

// The paper's constants, for values in 0..255.
const T_CONGRUENCY = 0.85;
const T_GRADIENT = 160;
const T_CHROMA = 200;
const CHROMA_EXPONENT = 0.03;

// The second and third row of YIQ.
const I: Weights = [0.5959, -0.2746, -0.3213];
const Q: Weights = [0.2115, -0.5227, 0.3112];

/** FSIM of luma, 1 for equal pictures. NaN when a side is shorter than 2 pixels. */
export const fsim = (reference: Rgb8, distorted: Rgb8): number => featureSimilarity(reference, distorted).fsim;

/** FSIM with colour, 1 for equal pictures. NaN when a side is shorter than 2 pixels. */
export const fsimc = (reference: Rgb8, distorted: Rgb8): number => featureSimilarity(reference, distorted).fsimc;

/** Both in the time of one: nearly all of it is spent on phase congruency, which they share. NaN like them. */
export function featureSimilarity(reference: Rgb8, distorted: Rgb8): { fsim: number; fsimc: number } {
  requireComparable(reference, distorted);
  const pooling = { pool: piqPooling(reference) };
  if (Math.min(reference.width, reference.height) < 2) return { fsim: Number.NaN, fsimc: Number.NaN };
  const [a, b] = [weighChannels(reference, LUMA, pooling), weighChannels(distorted, LUMA, pooling)];
  const [pcA, pcB] = phaseCongruency(a, b);
  const [gradientA, gradientB] = [gradientLengths(a, SCHARR).data, gradientLengths(b, SCHARR).data];
  const [iA, iB] = [weighChannels(reference, I, pooling).data, weighChannels(distorted, I, pooling).data];
  const [qA, qB] = [weighChannels(reference, Q, pooling).data, weighChannels(distorted, Q, pooling).data];
  let luma = 0;
  let colour = 0;
  let weights = 0;
  for (let k = 0; k < pcA.length; k++) {
    const weight = Math.max(pcA[k]!, pcB[k]!);
    const score = weight * similar(pcA[k]!, pcB[k]!, T_CONGRUENCY) * similar(gradientA[k]!, gradientB[k]!, T_GRADIENT);
    const chroma = similar(iA[k]!, iB[k]!, T_CHROMA) * similar(qA[k]!, qB[k]!, T_CHROMA);
    luma += score;
    colour += score * Math.abs(chroma) ** CHROMA_EXPONENT;
    weights += weight;
  }
  return { fsim: luma / weights, fsimc: colour / weights };
}

const similar = (a: number, b: number, t: number): number => (2 * a * b + t) / (a * a + b * b + t);
