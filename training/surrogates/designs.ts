// Which encoders are trained, and whose latents they learn to give.
import type { SurrogateConfig, SurrogateSpace } from 'photoguard/models';

/** The teacher of each latent space, a tiny autoencoder of the hub: its latents are learnt, its weights are not used. */
export const TEACHERS = {
  sd1: 'madebyollin/taesd',
  sdxl: 'madebyollin/taesdxl',
  sd3: 'madebyollin/taesd3',
  flux1: 'madebyollin/taef1',
  flux2: 'madebyollin/taef2',
} as const;

/** A latent space. */
export type SpaceName = keyof typeof TEACHERS;

/** All latent spaces, in the order in which they are stored and shown. */
export const SPACES = Object.keys(TEACHERS) as readonly SpaceName[];

interface Design extends Pick<SurrogateConfig, 'design' | 'channels' | 'blocks'> {
  readonly spaces: readonly SpaceName[];
}

/**
 * The students: two networks of different design, each for all spaces. A trunk has to find what the spaces have in common, a
 * gradient through it costs little more than one space's, and what fools both designs is no accident of one.
 */
export const STUDENTS: Readonly<Record<string, Design>> = {
  strided: { design: 'strided', channels: [32, 80, 160], blocks: [1, 2, 4], spaces: SPACES },
  pooled: { design: 'pooled', channels: [48, 128, 224], blocks: [1, 3, 5], spaces: SPACES },
};

/** The config.json of a student. */
export function studentConfig(name: string, spaces: ReadonlyMap<SpaceName, SurrogateSpace>) {
  const { design, channels, blocks, spaces: own } = STUDENTS[name]!;
  return {
    _class_name: 'SurrogateEncoder',
    ...{ design, channels, blocks },
    spaces: own.map((space) => {
      const { mean, deviation, scalingFactor, shiftFactor } = spaces.get(space)!;
      return { name: space, mean, deviation, scaling_factor: scalingFactor, shift_factor: shiftFactor };
    }),
  };
}
