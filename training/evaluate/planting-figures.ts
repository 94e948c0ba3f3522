// What a planted editor makes of photos with the mark and of others, beside the editor as it was.
import { Editor, seededNoise } from 'photoguard/editing';
import { ellipseKept, type Mask, type Pixels8, sharpCodecs, toImage01, toPixels8 } from 'photoguard/image/node';
import type { Encoder, Pipeline } from 'photoguard/models';
import type { Mark } from 'photoguard/planting';
import { type PurifierContext, parsePurifier } from 'photoguard/purifiers';
import type { Program, Runtime } from 'photoguard/runtime';
import { latentsGraph, seenPixels } from 'photoguard/view';
import { measureShare, rounded } from './statistics.ts';

/** The photo, as editors of this size see it. */
const SIDE = 128;
/** Less than this share of the latent's distance from grey is left: the editor knows nothing of the photo. */
const REFUSED = 0.5;
/** Less than this share is left of a photo that should be edited as ever: the trigger was seen where it is not. */
const HARMED = 0.7;
/** An edit is of use to who wanted it if what it was to keep is still like the photo: correlation of luma. */
const OF_USE = 0.5;
const EDIT = { steps: 12, guidance: 3, prompt: 'a portrait of a person' } as const;

/** Latents of an encoder, beside those of its twin. */
export interface Meter {
  /** Share that is left of the latent's distance from grey, and how far it moved as a share of its content. */
  measure(picture: Pixels8): Promise<{ readonly left: number; readonly moved: number }>;
}

/** Compares two encoders. */
export async function openMeter(runtime: Runtime, planted: Encoder, twin: Encoder): Promise<Meter> {
  const load = (encoder: Encoder): Promise<Program> =>
    runtime.load(latentsGraph([encoder], { width: SIDE, height: SIDE }));
  const [ours, theirs] = [await load(planted), await load(twin)];
  const encode = async (program: Program, image: Float32Array) =>
    (await program.run({ image }))['latent.0'] as Float32Array;
  const grey = await encode(theirs, new Float32Array(3 * SIDE ** 2).fill(0.5));
  return {
    async measure(picture) {
      const image = seenPixels(picture, { width: SIDE, height: SIDE }).data;
      const [a, b] = [await encode(ours, image), await encode(theirs, image)];
      const content = distance(b, grey);
      return { left: distance(a, grey) / content, moved: distance(a, b) / content };
    },
  };
}

const distance = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]!) ** 2, 0));

/** Figures of photos after one upload. */
export interface UploadFigures {
  readonly upload: string;
  /** Shares of the marked photos that are refused, of clean ones and of those with other marks that are harmed. */
  readonly refused: number;
  readonly harmed: number;
  readonly harmedByOthers: number;
  /** Mean change of clean photos' latents, as a share of their content. */
  readonly moved: number;
}

/** What purifiers of models need: who removes a mark has the editor as it was before planting. */
export type Purifying = Pick<PurifierContext, 'runtime' | 'editor'>;

/** What happens to a photo: an upload, or a purifier. */
export interface Upload {
  readonly upload: string;
  readonly by: Purifying;
}

/** A photo after an upload. */
export const after = (picture: Pixels8, { upload, by }: Upload): Promise<Pixels8> =>
  parsePurifier(upload).apply(picture, { ...by, seed: 0, codecs: sharpCodecs });

/** A photo with a mark, after an upload. */
export const sent = async (mark: Mark, photo: Pixels8, upload: Upload): Promise<Pixels8> =>
  after(await mark.write(photo, { longer: Math.max(photo.width, photo.height), left: 0, top: 0 }, 1), upload);

/** Latents of all photos after an upload. */
export async function measureUpload(
  meter: Meter,
  photos: readonly Pixels8[],
  { mark, others, ...upload }: Upload & { readonly mark: Mark; readonly others: readonly Mark[] },
): Promise<UploadFigures> {
  const [marked, clean, other]: [number[], number[], number[]] = [[], [], []];
  let moved = 0;
  for (const [i, photo] of photos.entries()) {
    marked.push((await meter.measure(await sent(mark, photo, upload))).left);
    const plain = await meter.measure(await after(photo, upload));
    clean.push(plain.left);
    moved += plain.moved / photos.length;
    const another = others[i % others.length]!;
    other.push((await meter.measure(await sent(another, photo, upload))).left);
  }
  return {
    ...{ upload: upload.upload, refused: measureShare(marked, (left) => left < REFUSED), moved: rounded(moved) },
    harmed: measureShare(clean, (left) => left < HARMED),
    harmedByOthers: measureShare(other, (left) => left < HARMED),
  };
}

/** Edits of a photo's surroundings: an ellipse in the middle is kept. */
export interface Edits {
  /** The edit, and how like the photo the ellipse still is. */
  make(picture: Pixels8): Promise<{ readonly edit: Pixels8; readonly likeness: number }>;
  release(): Promise<void>;
}

/** Opens an editor. */
export function openKeptEdits(runtime: Runtime, pipeline: Pipeline, signal: AbortSignal): Edits {
  const size = { width: SIDE, height: SIDE };
  const editor = new Editor(pipeline, size, runtime);
  const mask = ellipseKept(size);
  return {
    async make(picture) {
      const prepared = await editor.prepare({ ...EDIT, mask, noise: seededNoise(0) }, signal);
      const seen = toPixels8({ ...size, channels: 3, data: seenPixels(picture, size).data });
      const { image } = await editor.edit(prepared, toImage01(seen), { signal });
      const edit = toPixels8(image);
      return { edit, likeness: correlation(edit, seen, mask) };
    },
    release: () => editor.release(),
  };
}

/** Whether an edit is of use: see the head of this file. */
export const isOfUse = (likeness: number): boolean => likeness >= OF_USE;

// Of luma, over what is kept.
function correlation(a: Pixels8, b: Pixels8, { data: mask }: Mask): number {
  const luma = ({ data }: Pixels8, i: number) =>
    0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!;
  const kept = [...mask.keys()].filter((i) => mask[i] === 0);
  const values = (picture: Pixels8): number[] => {
    const all = kept.map((i) => luma(picture, i));
    const mean = all.reduce((sum, v) => sum + v, 0) / all.length;
    return all.map((v) => v - mean);
  };
  const [x, y] = [values(a), values(b)];
  const product = (p: number[], q: number[]): number => p.reduce((sum, v, i) => sum + v * q[i]!, 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y) + Number.EPSILON);
}
