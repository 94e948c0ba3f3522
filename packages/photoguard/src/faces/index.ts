/*
 * Finds the faces in a photo, so that a protection may spare them: `readFaceNetwork` reads the network (`facesFile` of
 * `photoguard/models/node` is the embedded one), `findFaces` runs it, `coverFaces` makes a mask of what it finds.
 */
export { coverFaces } from './cover-faces.ts';
export { type FindFacesOptions, findFaces } from './find-faces.ts';
export { type Face, readFaceNetwork } from './network.ts';
