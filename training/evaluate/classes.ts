// Does the picture show what was requested? The middle of a photo is repainted with each of several class names, and a
// classifier that is independent of the editor names the class: nearest neighbours among training photos, with the
// features of another autoencoder. Its accuracy on real photos is reported too. Colours are classified by the same vote
// of pixels as for the captions.
import { encoderFeatures, type FeatureNetwork } from 'photoguard/features';
import type { Pixels8 } from 'photoguard/image';
import type { Features } from 'photoguard/metrics';
import { type Colour, colourWord } from '../data/colours.ts';
import { centreSquare, cut } from '../data/crops.ts';
import { type CaptionedPhoto, loadPhotos, readCaptions } from '../data/photo-set.ts';
import { folderKind } from '../data/versions.ts';
import { boxMask, type Edits, toPicture } from './edits.ts';
import { measureShare } from './statistics.ts';
import { SIDE, type ValidationSet } from './validation-set.ts';

const NEIGHBOURS = 15;
/** Training photos of each class for the classifier. */
const KNOWN = 120;
/** Margin of the repainted middle, in pixels. */
const MARGIN = 16;
const GUIDANCE = 5;
/** The colours of the lab's evaluation. */
const COLOURS: readonly Colour[] = ['black', 'white', 'red', 'yellow', 'green', 'blue', 'pink', 'brown'];

/** How often the requested class is seen. */
export interface AskedFigures {
  readonly edits: number;
  readonly seen: number;
  readonly chance: number;
  /** Share of real photos that the classifier names correctly; absent for colours. */
  readonly judgeOnPhotos?: number;
  readonly each: Readonly<Record<string, number>>;
}

const middle = boxMask(MARGIN, MARGIN, SIDE - 2 * MARGIN);

/** Repaints photos of one kind as each of the classes of that kind with the most photos. */
export async function classesAsked(
  {
    edits,
    network,
    photos: folder,
    signal,
  }: { readonly edits: Edits; readonly network: FeatureNetwork; readonly photos: string; readonly signal: AbortSignal },
  { rows, examples }: ValidationSet,
  { kind, classes, each }: { readonly kind: string; readonly classes: number; readonly each: number },
): Promise<AskedFigures> {
  const training = (await readCaptions(folder)).filter((row) => row.split === 'train' && folderKind(row) === kind);
  const labels = mostCommon(training, classes);
  const known = labels.flatMap((label) => training.filter((row) => row.label === label).slice(0, KNOWN));
  const { photos } = await loadPhotos(
    folder,
    known.map(({ file }) => file),
    SIDE / 2,
    { signal },
  );
  const squares = photos.map((photo) => toPicture(cut(photo, centreSquare(photo, kind), SIDE)));
  const labelByFile = new Map(known.map(({ file, label }) => [file, label]));
  const judge = await nearestNeighbours(
    network,
    squares,
    photos.map(({ file }) => labelByFile.get(file)!),
  );

  const own = [...rows.keys()].filter((i) => folderKind(rows[i]!) === kind && labels.includes(rows[i]!.label));
  const real = await judge(own.map((i) => toPicture(examples[i]!.rgb)));
  const asked: string[] = [];
  const made: Pixels8[] = [];
  for (const [k, i] of own.slice(0, each).entries())
    for (const label of labels) {
      asked.push(label);
      const photo = toPicture(examples[i]!.rgb);
      made.push(await edits.make({ photo, mask: middle, prompt: writePrompt(label), seed: 3 + k, guidance: GUIDANCE }));
    }
  return {
    ...asFigures(asked, await judge(made), labels),
    judgeOnPhotos: measureShare(real, (label, n) => label === rows[own[n]!]!.label),
  };
}

/** Repaints garments as t-shirts of each colour. */
export async function coloursAsked(
  edits: Edits,
  { rows, examples }: ValidationSet,
  each: number,
): Promise<AskedFigures> {
  const own = [...rows.keys()].filter((i) => folderKind(rows[i]!) === 'clothing').slice(0, each);
  const [asked, seen]: [string[], (string | undefined)[]] = [[], []];
  for (const i of own)
    for (const colour of COLOURS) {
      const photo = toPicture(examples[i]!.rgb);
      const edit = { photo, mask: middle, prompt: `a photo of a ${colour} t-shirt`, seed: 3, guidance: GUIDANCE };
      const { data } = await edits.make(edit);
      asked.push(colour);
      seen.push(colourWord(data, SIDE, 'clothing'));
    }
  return asFigures(asked, seen, COLOURS);
}

const writePrompt = (label: string): string => `a photo of ${/^[aeiou]/.test(label) ? 'an' : 'a'} ${label}`;

function asFigures(
  asked: readonly string[],
  seen: readonly (string | undefined)[],
  names: readonly string[],
): AskedFigures {
  const right = asked.map((name, i) => seen[i] === name);
  const of = (name: string): number =>
    measureShare(
      right.filter((_, i) => asked[i] === name),
      (isRight) => isRight,
    );
  return {
    edits: asked.length,
    seen: measureShare(right, (isRight) => isRight),
    chance: Number((1 / names.length).toFixed(3)),
    each: Object.fromEntries(names.map((name) => [name, of(name)])),
  };
}

function mostCommon(rows: readonly CaptionedPhoto[], count: number): string[] {
  const found = Map.groupBy(rows, ({ label }) => label);
  const byCount = [...found].sort(([a, p], [b, q]) => q.length - p.length || (a < b ? -1 : 1));
  return byCount.slice(0, count).map(([label]) => label);
}

/** Names pictures by the vote of their nearest neighbours; features are scaled to unit variance. */
async function nearestNeighbours(network: FeatureNetwork, known: readonly Pixels8[], labels: readonly string[]) {
  const features = await network.features(known);
  const scale = deviations(features).map((deviation) => 1 / Math.max(deviation, 1e-9));
  const row = ({ data, dimensions }: Features, i: number) => data.subarray(i * dimensions, (i + 1) * dimensions);
  return async (pictures: readonly Pixels8[]): Promise<string[]> => {
    const asked = await network.features(pictures);
    return pictures.map((_, p) => {
      const own = row(asked, p);
      const distances = labels.map((label, k) => {
        const other = row(features, k);
        let distance = 0;
        for (let d = 0; d < own.length; d++) distance += ((own[d]! - other[d]!) * scale[d]!) ** 2;
        return [distance, label] as const;
      });
      const votes = new Map<string, number>();
      for (const [, label] of distances.sort(([a], [b]) => a - b).slice(0, NEIGHBOURS))
        votes.set(label, (votes.get(label) ?? 0) + 1);
      return [...votes].sort(([, a], [, b]) => b - a)[0]![0];
    });
  };
}

function deviations({ data, count, dimensions }: Features): number[] {
  return Array.from({ length: dimensions }, (_, d) => {
    const values = Array.from({ length: count }, (_, i) => data[i * dimensions + d]!);
    const mean = values.reduce((sum, x) => sum + x, 0) / count;
    return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count);
  });
}

/** The classifier's features of pictures. */
export const judgeNetwork = (...[runtime, ref, autoencoder]: Parameters<typeof encoderFeatures>): FeatureNetwork =>
  encoderFeatures(runtime, ref, autoencoder, { width: SIDE, height: SIDE });
