// Resizes and other image operations, as PyTorch, Pillow and diffusers do them. Cases of operations that come with
// later work are skipped by name.
import { type Image01, type ResizeFilter, resizeImage, resizeImageVjp } from 'photoguard/image';
import type { GoldenArea } from '../area.ts';
import { compareTensors, floatsOf, shapeOf } from '../compare.ts';

/** Area `image`. */
export const image: GoldenArea = {
  name: 'image',
  async run(golden) {
    const { config } = golden.json;
    const filter = ({ bilinear: 'bilinear', bicubic: 'bicubic' } as Record<string, ResizeFilter>)[String(config.mode)];
    if (!filter || !golden.tensors.has('grad.x'))
      return { skipped: 'no runner here yet (some are tested beside the code)' };
    const [n, c, height, width] = shapeOf(golden, 'input.x') as [number, number, number, number];
    const [, , outHeight, outWidth] = shapeOf(golden, 'output.y') as [number, number, number, number];
    if (n !== 1 || c !== 3) return { skipped: `a batch of ${n} images with ${c} channels` };
    const options = { filter, antialias: config.antialias !== false };
    const x: Image01 = { width, height, channels: 3, data: floatsOf(golden, 'input.x') };
    const cotangent: Image01 = {
      width: outWidth,
      height: outHeight,
      channels: 3,
      data: floatsOf(golden, 'input.cotangent'),
    };
    return compareTensors(
      golden,
      new Map([
        ['output.y', resizeImage(x, cotangent, options).data],
        ['grad.x', resizeImageVjp(cotangent, x, options).data],
      ]),
    );
  },
};
