// Photos of a folder as squares of one size, for evaluating autoencoders.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { decodePhoto, type Pixels8 } from 'photoguard/image/node';
import { centreSquare, cut } from '../data/crops.ts';

const PHOTO = /\.(png|jpe?g|webp|avif|tiff?)$/i;

/** The middle of each photo, `side` pixels wide, by Pillow's Lanczos filter; in the order of their names, at most `limit`. */
export async function readSquares(folder: string, side: number, limit?: number): Promise<Pixels8[]> {
  const names = (await readdir(folder)).filter((name) => PHOTO.test(name)).sort();
  if (names.length === 0) throw new PhotoGuardError('input', `${folder}: there is no photo`);
  const squares: Pixels8[] = [];
  for (const name of names.slice(0, limit)) {
    const { pixels } = await decodePhoto(join(folder, name));
    const photo = { file: name, ...pixels };
    squares.push({ width: side, height: side, channels: 3, data: cut(photo, centreSquare(photo, ''), side) });
  }
  return squares;
}
