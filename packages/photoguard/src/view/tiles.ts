// A large picture in tiles of one size, for encoders that look at each place and its surroundings only. Tiles overlap: what
// a tile says of its core is what the encoder would say of the whole picture, since around the core there is enough of it.
import type { Size } from '../image/index.ts';

/** Pixels that are seen beyond a core, at least: what lies further away hardly counts. */
const MARGIN = 64;

/** Longer sides of tiles that are tried, from the largest. */
const SIDES = [1024, 768, 512, 384, 256];

/** A part of a picture, in pixels. */
export interface Tile {
  readonly left: number;
  readonly top: number;
  /** The part that this tile, and no other, answers for; from the picture's corner, its end excluded. */
  readonly core: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
}

/** Sizes of tiles of a picture that are smaller than it, from the largest; both are multiples of the factor. */
export const tileSizes = (size: Size, factor: number): Size[] =>
  SIDES.filter((side) => side < Math.max(size.width, size.height)).map((side) => ({
    width: Math.min(size.width, side - (side % factor)),
    height: Math.min(size.height, side - (side % factor)),
  }));

/** A picture's tiles, and the tensors of encoders cut into them: those of `[C, height / factor, width / factor]`. */
export class Tiling {
  readonly tiles: readonly Tile[];
  readonly #size: Size;
  readonly #tile: Size;

  /** @param factor of the encoder that sees least of the picture; both sizes are multiples of it */
  constructor(size: Size, tile: Size, factor: number) {
    this.#size = size;
    this.#tile = tile;
    const across = cutLine(size.width, tile.width, factor);
    const down = cutLine(size.height, tile.height, factor);
    this.tiles = down.flatMap((y) =>
      across.map((x) => ({
        ...{ left: x.start, top: y.start },
        core: { left: x.from, right: x.to, top: y.from, bottom: y.to },
      })),
    );
  }

  /** The part of a tensor that a tile sees. */
  take(whole: Float32Array, factor: number, { left, top }: Tile): Float32Array {
    const { width, height } = this.#tile;
    const rows = this.#rows(whole, factor, { left, top, right: left + width, bottom: top + height });
    const part = new Float32Array(rows.length * (width / factor));
    rows.forEach((row, i) => {
      part.set(row, i * row.length);
    });
    return part;
  }

  /** Adds a tile's part to a tensor. */
  add(whole: Float32Array, part: Float32Array, factor: number, { left, top }: Tile): void {
    const { width, height } = this.#tile;
    this.#rows(whole, factor, { left, top, right: left + width, bottom: top + height }).forEach((row, i) => {
      for (let x = 0; x < row.length; x++) row[x]! += part[i * row.length + x]!;
    });
  }

  /** Puts what a tile says of its core into a tensor. */
  putCore(whole: Float32Array, part: Float32Array, factor: number, tile: Tile): void {
    const { core, left, top } = tile;
    const width = this.#tile.width / factor;
    const height = this.#tile.height / factor;
    const coreRows = (core.bottom - core.top) / factor;
    this.#rows(whole, factor, core).forEach((row, i) => {
      const channel = Math.floor(i / coreRows);
      const y = (core.top - top) / factor + (i % coreRows);
      const start = (channel * height + y) * width + (core.left - left) / factor;
      row.set(part.subarray(start, start + row.length));
    });
  }

  /**
   * Latents of a picture [3, H, W] from those of its tiles.
   * @param encodeTile the latent of each encoder for a tile's part of the picture
   */
  async encode(
    image: Float32Array,
    encoders: readonly { readonly latentChannels: number; readonly factor: number }[],
    encodeTile: (part: Float32Array) => Promise<readonly Float32Array[]>,
  ): Promise<Float32Array[]> {
    const area = image.length / 3;
    const wholes = encoders.map(
      ({ latentChannels, factor }) => new Float32Array((area / factor ** 2) * latentChannels),
    );
    for (const tile of this.tiles) {
      const parts = await encodeTile(this.take(image, 1, tile));
      for (const [k, { factor }] of encoders.entries()) this.putCore(wholes[k]!, parts[k]!, factor, tile);
    }
    return wholes;
  }

  /** 1 in a tile's core and 0 around it: [1, 1, height / factor, width / factor] of the tile. */
  mask({ core, left, top }: Tile, factor: number): Float32Array {
    const width = this.#tile.width / factor;
    const mask = new Float32Array((this.#tile.height / factor) * width);
    for (let y = (core.top - top) / factor; y < (core.bottom - top) / factor; y++)
      mask.fill(1, y * width + (core.left - left) / factor, y * width + (core.right - left) / factor);
    return mask;
  }

  // The rows of a part of a tensor, channel after channel, in the tensor's memory.
  #rows(whole: Float32Array, factor: number, { left, top, right, bottom }: Tile['core']): Float32Array[] {
    const width = this.#size.width / factor;
    const area = (width * this.#size.height) / factor;
    const rows: Float32Array[] = [];
    for (let channel = 0; channel < whole.length / area; channel++)
      for (let y = top / factor; y < bottom / factor; y++) {
        const start = channel * area + y * width;
        rows.push(whole.subarray(start + left / factor, start + right / factor));
      }
    return rows;
  }
}

interface Cut {
  /** Where the tile begins. */
  readonly start: number;
  /** Its core. */
  readonly from: number;
  readonly to: number;
}

// Tiles of equal length along a line, evenly spread; cores meet in the middle of what two tiles share.
function cutLine(length: number, tile: number, factor: number): Cut[] {
  if (tile >= length) return [{ start: 0, from: 0, to: length }];
  const rounded = (value: number): number => factor * Math.round(value / factor);
  const count = Math.ceil((length - 2 * MARGIN) / (tile - 2 * MARGIN));
  const starts = Array.from({ length: count }, (_, i) => rounded((i * (length - tile)) / (count - 1)));
  const meets = starts.slice(1).map((start, i) => rounded((starts[i]! + tile + start) / 2));
  return starts.map((start, i) => ({ start, from: meets[i - 1] ?? 0, to: meets[i] ?? length }));
}
