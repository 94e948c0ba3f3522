// Latents of a batch of versions: of the photo as it is, and with grey where its mask is.
import { type Graph, GraphBuilder } from 'onnx-grad';
import { type Autoencoder, floatToHalf } from 'photoguard/models';
import type { Runtime } from 'photoguard/runtime';
import type { Example } from './versions.ts';

/** Latents as halves, and masks at the latent's size. */
export interface EncodedExamples {
  /** [n, 4, s, s] */
  readonly latent: Uint16Array;
  /** [n, 4, s, s] */
  readonly masked: Uint16Array;
  /** [n, s, s] */
  readonly mask: Uint8Array;
}

/** Encodes examples of `side` pixels. */
export interface LatentEncoder {
  readonly latentSide: number;
  /**
   * Latent of a grey picture, [4, s, s], which the model gets if everything is masked. It also identifies the encoder.
   */
  readonly hidden: Uint16Array;
  encode(examples: readonly Example[], signal?: AbortSignal): Promise<EncodedExamples>;
  release(): Promise<void>;
}

/** Pictures per run. */
const BATCH = 16;
const GREY = 0.5;

/** Opens the encoder of an autoencoder; its latents are a pipeline's: shifted and scaled. */
export async function openLatentEncoder(
  runtime: Runtime,
  autoencoder: Autoencoder,
  side: number,
): Promise<LatentEncoder> {
  const program = await runtime.load(encoderGraph(autoencoder, side));
  const latentSide = side / autoencoder.factor;
  const area = side * side;
  const each = autoencoder.latentChannels * latentSide ** 2;

  const run = async (pictures: readonly Float32Array[], signal?: AbortSignal): Promise<Uint16Array> => {
    const out = new Uint16Array(pictures.length * each);
    const image = new Float32Array(BATCH * 3 * area).fill(GREY);
    for (let first = 0; first < pictures.length; first += BATCH) {
      const part = pictures.slice(first, first + BATCH);
      for (const [i, picture] of part.entries()) image.set(picture, i * 3 * area);
      const { latent } = await program.run({ image }, { signal });
      out.set(Uint16Array.from((latent as Float32Array).subarray(0, part.length * each), floatToHalf), first * each);
    }
    return out;
  };

  return {
    latentSide,
    hidden: await run([new Float32Array(3 * area).fill(GREY)]),
    encode: async (examples, signal) => {
      const latents = await run(
        examples.flatMap((example) => [planes(example, false), planes(example, true)]),
        signal,
      );
      const every = (from: number): Uint16Array => {
        const out = new Uint16Array(examples.length * each);
        for (let i = 0; i < examples.length; i++)
          out.set(latents.subarray((2 * i + from) * each, (2 * i + from + 1) * each), i * each);
        return out;
      };
      const mask = Uint8Array.from(examples.flatMap((example) => [...shrunk(example.mask, side, autoencoder.factor)]));
      return { latent: every(0), masked: every(1), mask };
    },
    release: () => program.release(),
  };
}

function encoderGraph(autoencoder: Autoencoder, side: number): Graph {
  const g = new GraphBuilder('latents');
  const image = g.input('image', 'float32', [BATCH, 3, side, side]);
  const { mean } = autoencoder.encode(g, g.shift(g.scale(image, 2), -1));
  g.output('latent', g.scale(g.shift(mean, -autoencoder.shiftFactor), autoencoder.scalingFactor));
  return g.build();
}

/** [3, side, side] in [0, 1]; masked pixels are grey, as diffusers' inpainting makes them. */
function planes({ rgb, mask }: Example, isMasked: boolean): Float32Array {
  const area = mask.length;
  const out = new Float32Array(3 * area);
  for (let i = 0; i < area; i++)
    for (let c = 0; c < 3; c++) out[c * area + i] = isMasked && mask[i] === 1 ? GREY : rgb[3 * i + c]! / 255;
  return out;
}

/** Takes the upper left pixel of each latent position, as diffusers' pipelines shrink masks. */
function shrunk(mask: Uint8Array, side: number, factor: number): Uint8Array {
  const small = side / factor;
  return Uint8Array.from(
    { length: small * small },
    (_, i) => mask[Math.floor(i / small) * factor * side + (i % small) * factor]!,
  );
}
