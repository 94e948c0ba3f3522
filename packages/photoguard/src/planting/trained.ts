// Which weights of an autoencoder are trained: those of its encoder, but for the first layers, which see single pixels. They
// cost most of the time of a step and know nothing of what is planted; diffusers and others keep their names.
import { PhotoGuardError } from '../errors.ts';

/** The first layers by class: at the picture's full size. */
const FIRST: Readonly<Record<string, RegExp>> = {
  AutoencoderTiny: /^encoder\.layers\.[01]\./,
  AutoencoderKL: /^encoder\.(conv_in|down_blocks\.0)\./,
};

/** Classes of autoencoders that can be planted in. */
export const PLANTED = Object.keys(FIRST);

/** Whether a weight is trained. @throws PhotoGuardError `config` for a class of autoencoders that is not known here */
export function trainedIn(architecture: string): (name: string) => boolean {
  const first = FIRST[architecture];
  if (!first) throw new PhotoGuardError('config', `planting knows ${PLANTED.join(' and ')}`, { got: architecture });
  return (name) => /^(encoder|quant_conv)\./.test(name) && !first.test(name);
}
