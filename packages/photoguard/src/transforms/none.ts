// Nothing: the photo as it is, for comparison in reports.
import { transformKind } from './kind.ts';

/** `none`. */
export const none = transformKind({
  about: 'nothing: the photo as it is',
  compared: 'The control of every comparison.',
  arguments: {},
  make: () => async (pixels) => pixels,
  passes: () => () => [],
});
