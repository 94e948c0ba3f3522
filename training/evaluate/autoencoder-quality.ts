// The quality of a distilled autoencoder compared with its teacher: how well it reconstructs photos, and how similar
// its latents are.
import { GraphBuilder } from 'onnx-grad';
import { type Pixels8, toImage01, toPixels8 } from 'photoguard/image';
import { psnr } from 'photoguard/metrics';
import type { Autoencoder } from 'photoguard/models';
import type { Runtime } from 'photoguard/runtime';
import { reconstruct } from 'photoguard/view';
import { correlation } from '../autoencoder/check.ts';
import { type Estimate, estimate, rounded } from './statistics.ts';

/** Figures at one size. */
export interface AutoencoderQuality {
  readonly side: number;
  readonly photos: number;
  /** PSNR of reconstructions, in dB, 8 bits. */
  readonly psnr: Estimate;
  readonly teacherPsnr: Estimate;
  /** Pearson's correlation of both latents over all photos, per channel. */
  readonly correlation: readonly number[];
}

/** Compares on squares of one size. */
export async function autoencoderQuality(
  runtime: Runtime,
  { model, teacher }: { readonly model: Autoencoder; readonly teacher: Autoencoder },
  photos: readonly Pixels8[],
): Promise<AutoencoderQuality> {
  const size = { width: photos[0]!.width, height: photos[0]!.height };
  const images = photos.map(toImage01);
  const measurePsnr = async (autoencoder: Autoencoder): Promise<Estimate> => {
    const back = await reconstruct(runtime, autoencoder, size, images);
    return estimate(back.map((image, i) => psnr(photos[i]!, toPixels8(image))));
  };
  const [ours, theirs] = [await encodePhotos(runtime, model, photos), await encodePhotos(runtime, teacher, photos)];
  return {
    side: size.width,
    photos: photos.length,
    psnr: await measurePsnr(model),
    teacherPsnr: await measurePsnr(teacher),
    correlation: ours.map((values, c) => rounded(correlation(values, theirs[c]!))),
  };
}

// Latents of all photos, one list per channel.
async function encodePhotos(
  runtime: Runtime,
  autoencoder: Autoencoder,
  photos: readonly Pixels8[],
): Promise<number[][]> {
  const { width, height } = photos[0]!;
  const g = new GraphBuilder('latents');
  const image = g.input('image', 'float32', [1, 3, height, width]);
  g.output('latent', autoencoder.encode(g, g.shift(g.scale(image, 2), -1)).mean);
  const program = await runtime.load(g.build());
  try {
    const channels: number[][] = Array.from({ length: autoencoder.latentChannels }, () => []);
    for (const photo of photos) {
      const latent = (await program.run({ image: toImage01(photo).data })).latent as Float32Array;
      const area = latent.length / channels.length;
      latent.forEach((value, i) => {
        channels[Math.floor(i / area)]!.push(value);
      });
    }
    return channels;
  } finally {
    await program.release();
  }
}
