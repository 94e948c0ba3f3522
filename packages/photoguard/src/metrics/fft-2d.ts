/*
 * Fourier transforms of planes: columns first, then rows, a few at a time, so that intermediate values of a transform
 * stay in the fastest cache.
 */
import { makeTransform } from './fft.ts';
import type { Transform } from './fft-steps.ts';

/** Real and imaginary parts, each [height][width]. */
export interface ComplexPlane {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

const AT_ONCE = 16;

/** Transforms of complex planes of one size. Holds scratch memory: one transform at a time. */
export class Fft2d {
  readonly #width: number;
  readonly #height: number;
  readonly #columns: Transform;
  readonly #rows: Transform;
  readonly #between: ComplexPlane;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#columns = makeTransform(height, AT_ONCE);
    this.#rows = makeTransform(width, AT_ONCE);
    this.#between = { re: new Float64Array(width * height), im: new Float64Array(width * height) };
  }

  /** out = transform of x. Neither may be the other. */
  forward(x: ComplexPlane, out: ComplexPlane): void {
    const [width, height] = [this.#width, this.#height];
    const between = this.#between;
    for (let start = 0; start < width; start += AT_ONCE) {
      const place = { start, element: width, next: 1 };
      this.#columns({ ...x, ...place }, { ...between, ...place }, Math.min(AT_ONCE, width - start));
    }
    for (let row = 0; row < height; row += AT_ONCE) {
      const place = { start: row * width, element: 1, next: width };
      this.#rows({ ...between, ...place }, { ...out, ...place }, Math.min(AT_ONCE, height - row));
    }
  }

  /** out = width * height times the inverse transform of x. Neither may be the other. */
  inverse(x: ComplexPlane, out: ComplexPlane): void {
    this.forward({ re: x.im, im: x.re }, { re: out.im, im: out.re });
  }
}
