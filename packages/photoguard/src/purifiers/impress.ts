// IMPRESS: an immunized photo differs from its own round trip through the autoencoder more than a clean one does. So it
// is changed until it no longer does, while it stays near the original:
//     minimise  mean (x - D(E(x)))^2 + alpha max(rms(x - x0) - eps, 0)   over x in [0, 1], by Adam.
import { type Graph, GraphBuilder, grad, planMemory } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import type { Size } from '../image/index.ts';
import type { Autoencoder } from '../models/index.ts';
import { roundTrip } from '../view/index.ts';
import { Adam } from './adam.ts';
import { fromModel, modelSize, SIDE, toModel } from './at-model-size.ts';
import { requireAutoencoder, requireRuntime } from './given.ts';
import { purifierKind } from './kind.ts';
import { requireBytes } from './room.ts';

/** `impress`. */
export const impress = purifierKind({
  about: "optimised until it agrees with its autoencoder's round trip",
  compared:
    'IMPRESS (Cao et al. 2023) with the root mean square as its distance to the photo instead of LPIPS, and fewer steps; ' +
    'the loss is theirs otherwise. It needs the gradient of the autoencoder that was attacked.',
  needs: 'autoencoder',
  arguments: {
    steps: { kind: 'integer', about: 'of Adam', default: 100, min: 1, max: 10000 },
    eps: { kind: 'number', about: 'distance that costs nothing', default: 8, min: 0, max: 255, unit: 'levels of 255' },
    alpha: { kind: 'number', about: 'weight of what is beyond it', default: 0.1, min: 0, max: 1e6 },
    rate: { kind: 'number', about: "Adam's learning rate", default: 0.5, min: 0.001, max: 255, unit: 'levels of 255' },
    side: SIDE,
  },
  make:
    ({ steps, eps, alpha, rate, side }) =>
    async (pixels, context) => {
      const [runtime, autoencoder] = [requireRuntime(context, 'impress'), requireAutoencoder(context, 'impress')];
      const { signal } = context;
      const size = modelSize(pixels, side, autoencoder.factor);
      const start = toModel(pixels, size);
      const loss = consistencyGraph(autoencoder, size, eps / 255, alpha);
      const { graph: gradient, bytes } = planMemory(grad(loss, { loss: 'loss', wrt: ['image'] }));
      requireBytes(context.memory, 'impress', size, bytes);
      const programs = runtime.programs.lease();
      try {
        const data = Float32Array.from(start.data);
        const adam = new Adam(data.length, rate / 255);
        for (let k = 0; k < steps; k++) {
          const results = await programs.run(gradient, { image: data, start: start.data }, { signal });
          const slope = results['grad.image'] as Float32Array;
          if (!slope.every(Number.isFinite))
            throw new PhotoGuardError('model', `impress: the gradient is not finite at step ${k + 1} of ${steps}`, {
              hint: 'the checkpoint may be damaged: photoguard models check',
            });
          // Gradient of the sum instead of the mean over the picture, because of Adam's epsilon.
          adam.step(
            data,
            slope.map((v) => v * data.length),
          );
          for (let i = 0; i < data.length; i++) data[i] = Math.min(Math.max(data[i]!, 0), 1);
        }
        return fromModel({ ...start, data }, pixels);
      } finally {
        await programs.release();
      }
    },
});

/** Inputs `image` and `start`, [1, 3, H, W] in [0, 1]; outputs `loss`, and its parts `inconsistency` and `distance`. */
export function consistencyGraph(autoencoder: Autoencoder, size: Size, eps: number, alpha: number): Graph {
  const shape = [1, 3, size.height, size.width];
  const g = new GraphBuilder('impress');
  const image = g.input('image', 'float32', shape);
  const start = g.input('start', 'float32', shape);
  const meanSquare = (x: ReturnType<typeof g.sub>) => g.mean(g.mul(x, x), [0, 1, 2, 3], false);
  const inconsistency = meanSquare(g.sub(image, roundTrip(g, autoencoder, image)));
  // The square root has no gradient at 0, where the search begins: a millionth of a level^2 is added.
  const distance = g.op('Sqrt', [g.shift(meanSquare(g.sub(image, start)), 1e-6 / 255 ** 2)]);
  const beyond = g.op('Relu', [g.shift(distance, -eps)]);
  g.output('loss', g.add(inconsistency, g.scale(beyond, alpha)));
  g.output('inconsistency', inconsistency);
  g.output('distance', distance);
  return g.build();
}
