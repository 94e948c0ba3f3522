// Protects one photo, from its file to the result's file, as `photoguard immunize` does; all figures are measured on the
// file as written.
import { ATTACKS } from 'photoguard/attacks';
import { PhotoGuardError } from 'photoguard/errors';
import type { Photo, Pixels8, Size } from 'photoguard/image';
import { flip, linf255, psnr } from 'photoguard/metrics';
import { withRecord } from 'photoguard/record';
import { fitSize } from 'photoguard/view';
import { decodePhoto } from './decode.ts';
import { DEFAULTS, type PageSettings } from './defaults.ts';
import { encodePhoto } from './encode.ts';
import { openEngine } from './engine.ts';
import { measureMoved } from './measure.ts';
import type { ProtectAsk, Protected, Step } from './messages.ts';
import type { Network } from './networks.ts';
import { makeRecord } from './record.ts';
import { isNamed, settled } from './settings.ts';

/** Bytes that gradient programs may take: wasm has 4 GB at most, and browsers give less. */
const MEMORY = 1.6e9;

/** Pixels of the largest photo that FLIP is computed for: it takes two seconds a megapixel and more. */
const FLIP_PIXELS = 4e6;

/** What measuring takes, in gradients. */
const MEASURING = 4;

/** See the head of this file. @throws PhotoGuardError for anything wrong with the photo, or `aborted` */
export async function protect(
  { file, settings = DEFAULTS }: ProtectAsk,
  tell: (step: Step) => void,
  signal: AbortSignal,
): Promise<Protected> {
  tell({ phase: 'reading', share: 0 });
  const photo = await decodePhoto(new Uint8Array(await file.arrayBuffer()));
  const engine = await openEngine((share) => tell({ phase: 'loading', share }));
  signal.throwIfAborted();
  const { width, height } = photo.pixels;
  const { all } = engine.networks;
  const attacked = all.filter(({ ref }) => isNamed(settings.model, ref));
  const judges = all.filter(({ ref }) => isNamed(settings.judge ?? settings.model, ref));
  const { factor } = attacked[0]!.autoencoder;
  const size = fitSize(width, height, settings.size, factor);
  const attack = ATTACKS.encoder!.plan(
    settled(settings),
    attacked.map((network) => ({ ...network, size })),
    { memory: MEMORY },
  ).prepare({ photo: photo.pixels, seed: settings.seed }, engine.runtime);
  try {
    tell({ phase: 'protecting', share: 0 });
    let pace = 0;
    const made = await attack.immunize(photo.pixels, {
      signal,
      onProgress: ({ gradient, gradients, seconds }) => {
        pace = seconds / gradient;
        tell({ phase: 'protecting', share: gradient / gradients, left: pace * (gradients - gradient + MEASURING) });
      },
    });
    const encoded = await encodePhoto(
      made.pixels,
      photo.alpha,
      await recorded(photo, made.pixels, settings, size, attacked),
    );
    const { pixels } = await decodePhoto(encoded.bytes);
    const moved = await measureMoved(photo.pixels, pixels, {
      ...{ judges, runtime: engine.runtime, size, seed: settings.seed, signal },
      onShare: (share) => tell({ phase: 'measuring', share, left: pace * MEASURING * (1 - share) }),
    });
    return {
      file: new Blob([new Uint8Array(encoded.bytes)], { type: 'image/png' }),
      ...{ width, height, seen: size, moved },
      gradients: made.gradients,
      seconds: made.seconds,
      linf255: linf255(photo.pixels, pixels),
      psnr: psnr(photo.pixels, pixels),
      ...(width * height <= FLIP_PIXELS && { flip: flip(photo.pixels, pixels) }),
      judgedByItself: settings.judge === undefined,
      device: engine.runtime.device,
      threads: engine.runtime.threads,
      // If the photo had no XMP, the record's does not count as kept.
      kept: encoded.metadataKept.filter((kind) => kind !== 'XMP' || photo.metadata.xmp !== undefined),
      notes: [...photo.notes, ...encoded.notes, ...(made.stopped === undefined ? [] : [made.stopped])],
    };
  } finally {
    await attack.release();
  }
}

// XMP that cannot hold a record is kept as it is.
async function recorded(
  photo: Photo,
  result: Pixels8,
  settings: PageSettings,
  size: Size,
  networks: readonly Network[],
) {
  try {
    const record = await makeRecord(photo.pixels, result, settings, size, networks);
    return { ...photo.metadata, xmp: withRecord(photo.metadata.xmp, record) };
  } catch (error) {
    if (!(error instanceof PhotoGuardError)) throw error;
    return photo.metadata;
  }
}
