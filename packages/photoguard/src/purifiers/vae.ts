// Through an autoencoder and back, as in every edit: the effect of a perturbation on the latent stays, everything else
// is lost.
import { GraphBuilder } from 'onnx-grad';
import { toImage01, toPixels8 } from '../image/index.ts';
import { roundTrip } from '../view/index.ts';
import { fromModel, modelSize, SIDE, toModel } from './at-model-size.ts';
import { requireAutoencoder, requireRuntime } from './given.ts';
import { purifierKind } from './kind.ts';
import { requireRoom } from './room.ts';

/** `vae`. */
export const vae = purifierKind({
  about: 'encoded and decoded by an autoencoder',
  compared:
    'The autoencoder round trip that papers list among removers. The mean of the posterior is decoded, without noise, ' +
    'and rounded to 8 bits after each trip. Which autoencoder it is, and whether it is the attacked one, is up to you.',
  needs: 'autoencoder',
  arguments: {
    trips: { kind: 'integer', about: 'how many times', default: 1, min: 1, max: 100 },
    side: SIDE,
  },
  make:
    ({ trips, side }) =>
    async (pixels, context) => {
      const [runtime, autoencoder] = [requireRuntime(context, 'vae'), requireAutoencoder(context, 'vae')];
      const { signal } = context;
      const size = modelSize(pixels, side, autoencoder.factor);
      const g = new GraphBuilder('round-trip');
      const image = g.input('image', 'float32', [1, 3, size.height, size.width]);
      g.output('decoded', roundTrip(g, autoencoder, image));
      const graph = g.build();
      requireRoom(context, 'vae', size, graph);
      const programs = runtime.programs.lease();
      try {
        let seen = toModel(pixels, size);
        for (let k = 0; k < trips; k++) {
          const { decoded } = await programs.run(graph, { image: seen.data }, { signal });
          seen = toImage01(toPixels8({ ...seen, data: decoded as Float32Array }));
        }
        return fromModel(seen, pixels);
      } finally {
        await programs.release();
      }
    },
});
