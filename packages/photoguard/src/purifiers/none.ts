// No purifier: the editor takes the photo as it is. Reports need it beside the others.
import { purifierKind } from './kind.ts';

/** `none`. */
export const none = purifierKind({
  about: 'nothing: the photo as it is',
  compared: 'The control of every comparison.',
  needs: 'nothing',
  arguments: {},
  make: () => async (pixels) => pixels,
  inGraph: () => (_, image) => image,
});
