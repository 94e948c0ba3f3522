/*
 * Recognising photos: PDQ, the perceptual hash that platforms exchange (256 bits, a quality, the eight ways in which a photo
 * can be turned and mirrored), and the distance between two of them.
 */
export { DIHEDRAL, type Dihedral } from './dihedral.ts';
export { hammingDistance, hashHex, PDQ_BYTES, PDQ_THRESHOLD, parseHash } from './hash256.ts';
export { type Pdq, pdq } from './pdq.ts';
