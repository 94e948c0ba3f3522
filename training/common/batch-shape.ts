// The shape of the batches of square pictures that trainings take.
import type { PictureBatch } from 'photoguard/view';

/** A batch of pictures, [size, 3, side, side]. */
export interface BatchShape {
  readonly size: number;
  readonly side: number;
}

/** The same, as the library describes it. */
export const pictureBatch = ({ size, side }: BatchShape): PictureBatch => ({ count: size, width: side, height: side });
