// Nothing: the photo as it is. Reports need it beside the others.
import { transformKind } from './kind.ts';

/** `none`. */
export const none = transformKind({
  about: 'nothing: the photo as it is',
  compared: 'The control of every comparison.',
  arguments: {},
  make: () => async (pixels) => pixels,
  passes: () => () => [],
});
