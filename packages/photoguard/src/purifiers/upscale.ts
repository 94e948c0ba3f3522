// Super-resolution by a model from a file, scaled back to the picture's size: such a model draws edges and textures as
// it learned them, not as in the picture.
import { PhotoGuardError } from '../errors.ts';
import type { Image01, Pixels8 } from '../image/index.ts';
import { toImage01, toPixels8 } from '../image/index.ts';
import { FILTER, resizedTo } from '../transforms/index.ts';
import { requireOnnx, requireRuntime } from './given.ts';
import { purifierKind } from './kind.ts';
import { requireRoom } from './room.ts';
import { openUpscaler } from './upscaler.ts';

/** `upscale`. */
export const upscale = purifierKind({
  about: 'enlarged by a super-resolution model and scaled back to its size',
  compared:
    'Super-resolution as a remover. Not the noisy upscaling of Hönig et al. 2024, which adds noise and then upscales ' +
    'with a diffusion model: `noise:8 > upscale:model.onnx` has its order, not its model. Any ONNX file with one picture ' +
    'in and one out, [1, 3, H, W] (Real-ESRGAN and its kin, as commonly exported); the whole picture at once, not in tiles.',
  needs: 'runtime',
  arguments: {
    file: { kind: 'file', about: 'the ONNX model' },
    white: { kind: 'choice', about: "the model's value for white", default: '1', words: ['1', '255'] },
    filter: { ...FILTER, about: "Pillow's filter for the way back", default: 'bicubic' },
  },
  make:
    ({ file, white, filter }) =>
    async (pixels, context) => {
      const runtime = requireRuntime(context, 'upscale');
      const { signal } = context;
      const { graph, size } = await openUpscaler(await requireOnnx(context, file, 'upscale'), pixels);
      requireRoom(context, 'upscale', size, graph);
      const programs = runtime.programs.lease();
      try {
        const level = Number(white);
        const feeds = { [graph.inputs[0]!.name]: inLevels(pixels, level) };
        const results = await programs.run(graph, feeds, { signal });
        const values = results[graph.outputs[0]!.name] as Float32Array;
        if (!values.every(Number.isFinite))
          throw new PhotoGuardError('model', `${file}: its output is not finite`, {
            hint: 'the file may be damaged',
          });
        const image: Image01 = { ...size, channels: 3, data: values.map((v) => v / level) };
        return resizedTo(toPixels8(image), pixels, filter);
      } finally {
        await programs.release();
      }
    },
});

const inLevels = (pixels: Pixels8, white: number): Float32Array => toImage01(pixels).data.map((v) => v * white);
