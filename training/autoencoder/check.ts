// How good a student is: on validation pictures, its latents compared with the teacher's, and its reconstructions and
// the teacher's compared with the pictures.
import type { Program } from 'photoguard/runtime';

/** Programs over one shape: `latent.0` of `image`, and `image` of `latent`. */
export interface CodecPrograms {
  readonly encode: Program;
  readonly decode: Program;
}

/** Figures of a check. */
export interface StudentFigures {
  /** Correlation of student's and teacher's latents, the lowest of all channels. */
  readonly correlation: number;
  /** PSNR of the pictures through the student's encoder and decoder, in dB. */
  readonly psnr: number;
  readonly teacherPsnr: number;
}

/** Compares on pictures [size, 3, side, side] in [0, 1]. */
export async function checkStudent(
  student: CodecPrograms,
  teacher: CodecPrograms,
  image: Float32Array,
  { size, channels }: { readonly size: number; readonly channels: number },
): Promise<StudentFigures> {
  const through = async ({ encode, decode }: CodecPrograms) => {
    const latent = (await encode.run({ image }))['latent.0'] as Float32Array;
    return { latent, image: (await decode.run({ latent })).image as Float32Array };
  };
  const [ours, theirs] = [await through(student), await through(teacher)];
  const area = ours.latent.length / size / channels;
  const ofChannel = (latent: Float32Array, c: number): Float32Array =>
    latent.filter((_, i) => Math.floor(i / area) % channels === c);
  const each = Array.from({ length: channels }, (_, c) =>
    correlation(ofChannel(ours.latent, c), ofChannel(theirs.latent, c)),
  );
  return {
    correlation: Math.min(...each),
    psnr: measurePsnr(ours.image, image),
    teacherPsnr: measurePsnr(theirs.image, image),
  };
}

/** Pearson's correlation of two lists of numbers. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  const mean = (x: ArrayLike<number>): number =>
    (Array.prototype.reduce.call(x, (s, v) => (s as number) + v, 0) as number) / n;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [p, q] = [a[i]! - meanA, b[i]! - meanB];
    both += p * q;
    squareA += p * p;
    squareB += q * q;
  }
  return both / Math.sqrt(squareA * squareB);
}

function measurePsnr(made: Float32Array, wanted: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < wanted.length; i++) sum += (Math.min(Math.max(made[i]!, 0), 1) - wanted[i]!) ** 2;
  return 10 * Math.log10(wanted.length / sum);
}
