// What an editor sees of a photo and of its protected version: their latents, decoded. The latents are those of a network
// that the attack did not see, in the space of Stable Diffusion 1, which the embedded editor's decoder takes.
import { type Pixels8, toPixels8 } from 'photoguard/image';
import type { Autoencoder } from 'photoguard/models';
import { unseenModels } from 'photoguard/protection';
import { readRecord } from 'photoguard/record';
import { buildChain, parseChain, TRANSFORMS } from 'photoguard/transforms';
import { fitSize, reconstruct, seenPixels } from 'photoguard/view';
import { decodeFile } from './decode.ts';
import { encodePhoto, MIME, wasmCodecs } from './encode.ts';
import { openEngine } from './engine.ts';
import type { Pair, SeesAsk, Step } from './messages.ts';
import { loadMiniAutoencoder } from './mini.ts';
import { loading } from './page-file.ts';

const SPACE = 'sd1';
/** Size at which both are decoded: larger ones take memory, and show no more. */
const SIZE = 'upload:512';

/** See the head of this file. @throws PhotoGuardError `network`, `aborted` ... */
export async function sees(
  { original, result, condition }: SeesAsk,
  tell: (step: Step) => void,
  signal: AbortSignal,
): Promise<Pair> {
  const [before, after] = await Promise.all([original, result].map(decodeFile));
  const engine = await openEngine(loading(tell));
  const { all, files } = engine.networks;
  const mini = await loadMiniAutoencoder(files, loading(tell));
  signal.throwIfAborted();
  tell({ phase: 'measuring', share: 0 });
  const network = unseenModels(readRecord(after!.metadata.xmp).record, all)[0] ?? all[0]!;
  const { encoder } = network.spaces!.find(({ space }) => space === SPACE)!;
  const autoencoder: Autoencoder = { ...encoder, decode: (g, latent) => mini.decode(g, latent) };
  const { width, height } = before!.pixels;
  const size = fitSize(width, height, SIZE, autoencoder.factor);
  const { apply } = buildChain(parseChain(condition, TRANSFORMS, 'transform'));
  const pictures: Blob[] = [];
  for (const { pixels } of [before!, after!]) {
    const uploaded = await apply(pixels, { seed: 0, codecs: wasmCodecs, signal });
    const [decoded] = await reconstruct(engine.runtime, autoencoder, size, [seenPixels(uploaded, size)], signal);
    pictures.push(await png(toPixels8(decoded!)));
    tell({ phase: 'measuring', share: pictures.length / 2 });
  }
  return { original: pictures[0]!, result: pictures[1]! };
}

/** A picture for the page. */
export async function png(pixels: Pixels8): Promise<Blob> {
  const { bytes } = await encodePhoto(pixels, 'png', undefined, {});
  return new Blob([new Uint8Array(bytes)], { type: MIME.png });
}
