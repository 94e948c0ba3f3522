/*
 * Fourier transforms of planes: columns first, then rows. Each direction is done a few columns at a time, so that the
 * steps of a transform stay in the cache, and writes what it has done transposed, so that rows become columns.
 */
import { type Columns, type Transform, transformOf } from './fft.ts';

const BATCH = 16;

/** Transforms of complex planes of one size, [height][width]. Holds scratch memory: one transform at a time. */
export class Fft2d {
  readonly #columns: Direction;
  readonly #rows: Direction;
  readonly #between: Columns;

  constructor(width: number, height: number) {
    this.#columns = new Direction(height, width);
    this.#rows = new Direction(width, height);
    this.#between = { re: new Float64Array(width * height), im: new Float64Array(width * height) };
  }

  /** out = transform of x. */
  forward(x: Columns, out: Columns): void {
    this.#columns.run(x, undefined, this.#between);
    this.#rows.run(this.#between, undefined, out);
  }

  /** out = width * height times the inverse transform of x, each frequency times `gain`. */
  inverse(x: Columns, gain: Float64Array, out: Columns): void {
    const between = this.#between;
    this.#columns.run({ re: x.im, im: x.re }, gain, between);
    this.#rows.run(between, undefined, { re: out.im, im: out.re });
  }
}

// Transforms `count` columns of `length` values and writes them as rows.
class Direction {
  readonly #length: number;
  readonly #count: number;
  readonly #transform: Transform;
  readonly #buffers: readonly [Columns, Columns];

  constructor(length: number, count: number) {
    const buffer = (): Columns => ({ re: new Float64Array(length * BATCH), im: new Float64Array(length * BATCH) });
    this.#length = length;
    this.#count = count;
    this.#transform = transformOf(length, BATCH);
    this.#buffers = [buffer(), buffer()];
  }

  run(x: Columns, gain: Float64Array | undefined, out: Columns): void {
    const [length, count] = [this.#length, this.#count];
    const [buffer, scratch] = this.#buffers;
    for (let first = 0; first < count; first += BATCH) {
      const batch = Math.min(BATCH, count - first);
      for (let y = 0; y < length; y++) {
        const from = y * count + first;
        const to = y * BATCH;
        if (gain) {
          for (let i = 0; i < batch; i++) {
            buffer.re[to + i] = x.re[from + i]! * gain[from + i]!;
            buffer.im[to + i] = x.im[from + i]! * gain[from + i]!;
          }
        } else {
          for (let i = 0; i < batch; i++) {
            buffer.re[to + i] = x.re[from + i]!;
            buffer.im[to + i] = x.im[from + i]!;
          }
        }
      }
      const { re, im } = this.#transform(buffer, scratch);
      for (let i = 0; i < batch; i++) {
        const to = (first + i) * length;
        for (let y = 0; y < length; y++) {
          out.re[to + y] = re[y * BATCH + i]!;
          out.im[to + y] = im[y * BATCH + i]!;
        }
      }
    }
  }
}
