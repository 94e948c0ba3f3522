// What PDQ recognises a photo through, and how often it takes one photo for another: the distances of photos and their
// versions, and those of all pairs of different photos, for the choice of the threshold in docs/service.md. Hashes are kept,
// so that a stopped run can be resumed.
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DIHEDRAL, hammingDistance, hashHex, PDQ_THRESHOLD, parseHash, pdq } from 'photoguard/hash';
import { decodePhoto } from 'photoguard/image/node';
import sharp, { type Sharp } from 'sharp';
import { Immunizers } from '../apps/service/src/immunizations/immunizers.ts';
import { turnedHashes } from '../apps/service/src/registry/turned-hashes.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';

/** For the list of benches. */
export const about =
  'distances of PDQ between photos and their versions, and between different photos (PHOTOGUARD_PHOTOS a folder of photos for pairs, PHOTOGUARD_LIMIT of them; PHOTOGUARD_IMAGES one for versions, PHOTOGUARD_VERSIONS of them, PHOTOGUARD_IMMUNIZED of these immunized; 20 minutes)';

interface Hashed {
  readonly photo: string;
  readonly quality: number;
  /** The eight, as texts. */
  readonly hashes: readonly string[];
}

const LEAST_QUALITY = 50;

/** A share of both sides cut off, half at each border. */
const cropped = async (photo: Sharp, share: number): Promise<Sharp> => {
  const { width, height } = await photo.metadata();
  const [left, top] = [Math.round((width * share) / 2), Math.round((height * share) / 2)];
  return photo.extract({ left, top, width: width - 2 * left, height: height - 2 * top });
};
const half = async (photo: Sharp): Promise<Sharp> =>
  photo.resize({ width: Math.round((await photo.metadata()).width / 2) });

const VERSIONS: Readonly<Record<string, (photo: Sharp) => Promise<Buffer>>> = {
  'JPEG 50': (photo) => photo.jpeg({ quality: 50 }).toBuffer(),
  'JPEG 20': (photo) => photo.jpeg({ quality: 20 }).toBuffer(),
  'half the size': async (photo) => (await half(photo)).png().toBuffer(),
  'half the size, JPEG 50': async (photo) => (await half(photo)).jpeg({ quality: 50 }).toBuffer(),
  'crop 5 %': async (photo) => (await cropped(photo, 0.05)).png().toBuffer(),
  'crop 10 %': async (photo) => (await cropped(photo, 0.1)).png().toBuffer(),
  'turned by 90 degrees': (photo) => photo.rotate(90).png().toBuffer(),
  mirrored: (photo) => photo.flop().png().toBuffer(),
  'screenshot, black bars of 10 % above and below': async (photo) => {
    const { height } = await photo.metadata();
    const bar = Math.round(height / 10);
    return photo.extend({ top: bar, bottom: bar, background: 'black' }).png().toBuffer();
  },
  'screenshot, white border of 3 %': async (photo) => {
    const { width } = await photo.metadata();
    const edge = Math.round(width * 0.03);
    return photo.extend({ top: edge, bottom: edge, left: edge, right: edge, background: 'white' }).png().toBuffer();
  },
};
const VISIBILITIES = ['unseen', 'low', 'medium', 'strong'] as const;

/** Runs the bench. @throws Error without photos */
export async function bench({ cache, log }: BenchContext): Promise<BenchRow[]> {
  const kept = join(cache, 'recognition.jsonl');
  const photos = await hashAll(shared('PHOTOGUARD_PHOTOS', 'photos'), process.env.PHOTOGUARD_LIMIT, kept, log);
  const images = await hashAll(shared('PHOTOGUARD_IMAGES', 'images'), process.env.PHOTOGUARD_VERSIONS, kept, log);
  const trusted = photos.filter(({ quality }) => quality >= LEAST_QUALITY);
  const rows = [
    row('photos in pairs', photos.length),
    row(`of them of quality below ${LEAST_QUALITY}`, photos.length - trusted.length),
    row('photos in versions', images.length),
  ];
  for (const [name, make] of images.length > 0 ? Object.entries(VERSIONS) : []) {
    const distances: number[] = [];
    for (const one of images) distances.push(nearest(await lookedUpBy(await make(sharp(one.photo))), one));
    rows.push(...versionRows(name, distances));
    log(name);
  }
  const chosen = images.slice(0, Number(process.env.PHOTOGUARD_IMMUNIZED ?? 4));
  for (const visibility of chosen.length > 0 ? VISIBILITIES : []) {
    const distances: number[] = [];
    for (const one of chosen) distances.push(nearest(await immunized(one.photo, visibility), one));
    rows.push(...versionRows(`immunized, visibility ${visibility}`, distances));
    log(visibility);
  }
  return [...rows, ...pairRows(trusted, log)];
}

const shared = (variable: string, name: string): string =>
  process.env[variable] ?? fileURLToPath(new URL(`../../shared/${name}`, import.meta.url));

const lookedUpBy = async (photo: Uint8Array | string): Promise<readonly Uint8Array[]> =>
  turnedHashes((await decodePhoto(photo)).pixels).hashes;

// As the service looks a photo up: each of its eight hashes, the nearest counts.
const nearest = (turned: readonly Uint8Array[], { hashes }: Hashed): number =>
  Math.min(...turned.map((hash) => hammingDistance(hash, parseHash(hashes[0]!))));

async function hashAll(
  folder: string,
  most: string | undefined,
  kept: string,
  log: (line: string) => void,
): Promise<Hashed[]> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(png|jpe?g|webp)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const photos = found.slice(0, Number(most ?? found.length));
  const lines = existsSync(kept) ? readFileSync(kept, 'utf8').split('\n').filter(Boolean) : [];
  const known = new Map(lines.map((line) => JSON.parse(line) as Hashed).map((one) => [one.photo, one]));
  const hashed: Hashed[] = [];
  for (const [i, photo] of photos.entries()) {
    let one = known.get(photo);
    if (!one) {
      const { dihedral, quality } = pdq((await decodePhoto(photo)).pixels);
      one = { photo, quality, hashes: DIHEDRAL.map((way) => hashHex(dihedral[way])) };
      appendFileSync(kept, `${JSON.stringify(one)}\n`);
    }
    hashed.push(one);
    if (i % 500 === 499) log(`${i + 1} of ${photos.length} hashed`);
  }
  return hashed;
}

async function immunized(path: string, visibility: string): Promise<readonly Uint8Array[]> {
  const folder = mkdtempSync(join(tmpdir(), 'photoguard-recognition-'));
  try {
    // As large as photos in feeds are; the recipe with the fewest gradients changes as much as any at a visibility.
    const input = join(folder, 'photo.png');
    writeFileSync(input, await sharp(path).resize(512, 512, { fit: 'inside' }).png().toBuffer());
    const output = join(folder, 'result.png');
    const flags = ['--quick', `--visibility=${visibility}`];
    const outcome = await new Immunizers(1).run([input, output], flags, {
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    if ('failure' in outcome) throw new Error(outcome.failure.message);
    return await lookedUpBy(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function versionRows(name: string, distances: readonly number[]): BenchRow[] {
  const sorted = distances.toSorted((a, b) => a - b);
  const share = sorted.filter((distance) => distance <= PDQ_THRESHOLD).length / sorted.length;
  return [
    row(`${name}: recognised within ${PDQ_THRESHOLD} bits`, share),
    row(`${name}: median distance`, sorted[sorted.length >> 1]!),
    row(`${name}: largest distance`, sorted.at(-1)!),
  ];
}

/** Pairs of different photos by their distance, however one of them is turned. */
function pairRows(photos: readonly Hashed[], log: (line: string) => void): BenchRow[] {
  const words = photos.map(({ hashes }) => hashes.map(wordsOf));
  const counts = new Uint32Array(257);
  for (let i = 0; i < photos.length; i++)
    for (let j = 0; j < i; j++) {
      let least = 256;
      for (const turned of words[i]!) least = Math.min(least, differing(turned, words[j]![0]!, least));
      counts[least]!++;
      if (least <= 48) log(`${least} bits: ${photos[i]!.photo} ${photos[j]!.photo}`);
    }
  const within = (most: number): number => counts.subarray(0, most + 1).reduce((sum, count) => sum + count, 0);
  return [8, 16, 24, 31, 40, 48, 56, 64].map((most) =>
    row(`pairs of different photos within ${most} bits`, within(most)),
  );
}

function wordsOf(hash: string): Uint32Array {
  const view = new DataView(parseHash(hash).buffer);
  return Uint32Array.from({ length: 8 }, (_, k) => view.getUint32(4 * k));
}

function differing(a: Uint32Array, b: Uint32Array, most: number): number {
  let bits = 0;
  for (let k = 0; k < 8 && bits < most; k++) {
    let x = a[k]! ^ b[k]!;
    x -= (x >>> 1) & 0x55555555;
    x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
    bits += Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return bits;
}
