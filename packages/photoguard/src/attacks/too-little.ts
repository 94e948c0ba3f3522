// The error if no plan fits a budget: the same for every attack, with the memory that is needed.
import { PhotoGuardError } from '../errors.ts';
import type { Size } from '../image/index.ts';

/** The error of programs that do not fit a budget. */
export const tooLittle = (
  victims: readonly { readonly ref: string }[],
  { width, height }: Size,
  bytes: number,
  memory: number,
): PhotoGuardError => {
  const refs = victims.map(({ ref }) => ref).join(', ');
  return new PhotoGuardError('memory', `${refs} at ${width}x${height}: programs need at least ${megabytes(bytes)}`, {
    got: megabytes(memory),
    hint: 'give more --memory, or a smaller --size',
    bytes,
  });
};

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
