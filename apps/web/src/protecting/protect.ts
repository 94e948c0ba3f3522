// Protects one photo, from its file to the result's file, as `photoguard immunize` does; all figures are measured on the
// file as written.
import { ATTACKS, isUneven } from 'photoguard/attacks';
import {
  FLAT_NOTE,
  greyHidden,
  isFlat,
  keepTransparent,
  type Losses,
  lossReports,
  maskTransparent,
  measureChange,
  measureProtection,
  requireBetter,
  toJudge,
} from 'photoguard/protection';
import { recorded } from 'photoguard/record';
import { parseShip } from 'photoguard/transforms';
import { fitSize } from 'photoguard/view';
import { Costs, Countdown } from './countdown.ts';
import { decodeFile, decodePhoto } from './decode.ts';
import { DEFAULTS, INSTANT } from './defaults.ts';
import { encodePhoto, MIME, wasmCodecs } from './encode.ts';
import { openEngine } from './engine.ts';
import { livePicture } from './live.ts';
import { CONDITIONS, type ProtectAsk, type Protected, type Step } from './messages.ts';
import { inSpaces } from './networks.ts';
import { loading } from './page-file.ts';
import { makeRecord } from './record.ts';
import { isInstant, isNamed, JPEG, settled, shipped } from './settings.ts';
import { preferenceOf } from './spare.ts';

/** Bytes that gradient programs may take: wasm has 4 GB at most, and browsers give less. */
const MEMORY = 1.6e9;

/** Recipes that are to be quick, and the size at which they are measured. */
const QUICK: readonly string[] = ['quick', INSTANT];
const JUDGED_SIZE = 'upload:512';

/** Shares of what comes after the last gradient: until the file is written, and until its losses are known. */
const WRITTEN = 0.15;
const LOSSES = 0.35;

/** See {@link Costs}: what the photos of this visit have taught. */
const costs = new Costs();

/** See the head of this file. @throws PhotoGuardError for anything wrong with the photo, or `aborted` */
export async function protect(
  { file, settings: asked = DEFAULTS, strokes = [] }: ProtectAsk,
  tell: (step: Step) => void,
  signal: AbortSignal,
): Promise<Protected> {
  tell({ phase: 'reading', share: 0 });
  const photo = await decodeFile(file);
  const engine = await openEngine(loading(tell));
  signal.throwIfAborted();
  const { width, height } = photo.pixels;
  const settings = shipped(asked);
  const { format, seed, attack: chosen } = settings;
  const method = settled(settings);
  // The network that makes a change alone was trained against all surrogates: none of them measures it as a stranger.
  const { model, judge = model } = isInstant(method) ? { model: 'surrogates' } : settings;
  const { all } = engine.networks;
  const isHere = (name: string): boolean => all.some(({ ref }) => isNamed(name, ref));
  const known = [model, judge].every(isHere)
    ? all
    : await (await import('./hub-network.ts')).withHub(engine.networks, [model, judge]);
  const attacked = known.filter(({ ref }) => isNamed(model, ref)).map((network) => inSpaces(network, settings.spaces));
  const judges = known.filter(({ ref }) => isNamed(judge, ref));
  const { factor } = attacked[0]!.autoencoder;
  const size = fitSize(width, height, settings.size, factor);
  // As `immunize --quick` does it: measuring at the full size would take longer than the protection.
  const judged = QUICK.includes(method.recipe.name) ? fitSize(size.width, size.height, JUDGED_SIZE, factor) : size;
  const immunizer =
    method.recipe.start === 'network'
      ? await (await import('./immunizer.ts')).loadImmunizer(engine.networks.files, loading(tell))
      : undefined;
  const preference = preferenceOf(strokes, photo.pixels);
  const models = attacked.map((network) => ({ ...network, size }));
  const mask = maskTransparent(photo, undefined);
  const planned = ATTACKS.encoder!.plan(method, models, { memory: MEMORY, photo: photo.pixels, immunizer });
  const subject = { photo: photo.pixels, seed, ...(mask && { mask }), ...preference };
  const attack = planned.prepare(subject, engine.runtime);
  const countdown = new Countdown(costs);
  const now = (): number => performance.now() / 1000;
  const tellAfter = (share: number): void => {
    const left = countdown.after(share, now());
    tell({ phase: 'measuring', share, ...(left !== undefined && { left }) });
  };
  try {
    tell({ phase: 'protecting', share: 0 });
    const made = await attack.immunize(photo.pixels, {
      signal,
      onProgress: ({ gradient, gradients, delta }) => {
        const left = countdown.gradient(gradient, gradients, now());
        const picture = livePicture(photo.pixels, delta);
        tell({ phase: 'protecting', share: gradient / gradients, picture, ...(left !== undefined && { left }) });
      },
    });
    const changed = keepTransparent(photo, made.pixels);
    const record = await makeRecord(photo.pixels, changed, { settings, size, networks: attacked, preference });
    const carried = recorded(photo, record, format);
    const jpeg = parseShip(String(chosen.ship ?? JPEG));
    const encoded = await encodePhoto(changed, format, photo.alpha, carried.metadata, jpeg);
    const { pixels } = await decodePhoto(encoded.bytes);
    tellAfter(WRITTEN);
    const losses: Losses = {
      immunized: await attack.measure(pixels, signal, photo.pixels),
      original: await attack.measure(photo.pixels, signal),
      noise: await attack.measure(attack.control(photo.pixels, method.visibility && pixels), signal, photo.pixels),
    };
    await attack.release(); // the programs that follow must not come on top
    const worse = requireBetter(losses);
    tellAfter(LOSSES);
    const protection = await measureProtection(greyHidden(photo.pixels, mask), greyHidden(pixels, mask), {
      judges: judges.map(toJudge),
      attacked: judges.some(({ ref }) => isNamed(model, ref)),
      ...{
        size: judged,
        seed,
        runtime: engine.runtime,
        codecs: wasmCodecs,
        purifiers: CONDITIONS,
        tone: false,
        signal,
      },
      onShare: (share) => tellAfter(LOSSES + (1 - LOSSES) * share),
    });
    countdown.finish(now());
    return {
      file: new Blob([new Uint8Array(encoded.bytes)], { type: MIME[format] }),
      ...{ format, device: engine.runtime.device, threads: engine.runtime.threads },
      report: {
        ...{ width, height, modelSize: [size.width, size.height], attack: method.kind.name },
        ...{ recipe: record.recipe, norm: record.norm, eps255: record.eps255 },
        ...measureChange(photo.pixels, pixels, mask),
        ...(method.visibility && { visibility: method.visibility }),
        ...{ seed, gradients: made.gradients, seconds: Number(made.seconds.toFixed(2)) },
        // If the photo had no XMP, the record's does not count as kept.
        metadataKept: encoded.metadataKept.filter((kind) => kind !== 'XMP' || photo.metadata.xmp !== undefined),
        record: carried.written && encoded.metadataKept.includes('XMP'),
        notes: [
          ...(strokes.length > 0 && !isUneven(preference)
            ? ['what is painted treats all of the photo alike, as if nothing were painted']
            : []),
          ...(isFlat(protection) ? [FLAT_NOTE] : []),
          ...[photo.notes, carried.notes, encoded.notes].flat(),
        ],
        models: lossReports(losses),
        protection,
        ...(made.stopped !== undefined && { stopped: made.stopped }),
        ...(worse.length > 0 && { worse }),
      },
    };
  } finally {
    await attack.release();
  }
}
