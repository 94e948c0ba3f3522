// The programs of an attack away from the photo's own latents, tile by tile: the same displacements and the same gradients as
// those of the whole photo, in the memory of one tile. Latents come first, since the root in a displacement is over all tiles.
import { distance } from '../../displacement/index.ts';
import type { Tiling } from '../../view/index.ts';
import type { Network } from './away-graph.ts';
import type { AwayRuns, Feeds } from './away-objective.ts';

/** See the head of this file. @param tile programs of one tile, whose gradients take `core.<k>` */
export function inTiles(tile: AwayRuns, tiling: Tiling): AwayRuns {
  const latents: AwayRuns['latents'] = (network, image, signal) =>
    tiling.encode(
      image,
      network.encoders.map(({ encoder }) => encoder),
      (part) => tile.latents(network, part, signal),
    );
  return {
    networks: tile.networks,
    latents,
    async gradient(network, feeds, signal) {
      const now = await latents(network, feeds.image!, signal);
      const apart = network.encoders.map((_, k) => distance(now[k]!, feeds[`clean.${k}`]!));
      const gradient = new Float32Array(feeds.image!.length);
      for (const one of tiling.tiles) {
        const given = feedsOf(one, network, { feeds, now, apart, tiling });
        const results = await tile.gradient(network, given, signal);
        tiling.add(gradient, results['grad.image'] as Float32Array, 1, one);
      }
      const moved = apart.map((d, k): [string, Float32Array] => [
        `displacement.${k}`,
        Float32Array.of(d / feeds[`unit.${k}`]![0]!),
      ]);
      return { 'grad.image': gradient, ...Object.fromEntries(moved) };
    },
    release: () => tile.release(),
  };
}

interface Known {
  readonly feeds: Feeds;
  readonly now: readonly Float32Array[];
  readonly apart: readonly number[];
  readonly tiling: Tiling;
}

// Of the root of a sum of squares, a part counts as much as its own root is of the whole.
function feedsOf(one: Tiling['tiles'][number], network: Network, { feeds, now, apart, tiling }: Known): Feeds {
  const given: Record<string, Float32Array> = { image: tiling.take(feeds.image!, 1, one) };
  for (const [k, { encoder }] of network.encoders.entries()) {
    const core = tiling.mask(one, encoder.factor);
    const clean = tiling.take(feeds[`clean.${k}`]!, encoder.factor, one);
    const seen = tiling.take(now[k]!, encoder.factor, one);
    const inCore = (values: Float32Array): Float32Array => values.map((value, i) => value * core[i % core.length]!);
    const share = apart[k]! > 0 ? distance(inCore(seen), inCore(clean)) / apart[k]! : 0;
    given[`clean.${k}`] = clean;
    given[`core.${k}`] = core;
    given[`unit.${k}`] = feeds[`unit.${k}`]!;
    given[`weight.${k}`] = feeds[`weight.${k}`]!.map((weight) => weight * share);
  }
  return given;
}
