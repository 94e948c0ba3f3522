// The option that codecs share: whether colour is kept at half the resolution, as nearly every site does.

/** The option, for a kind's arguments. */
export const CHROMA = {
  kind: 'choice',
  about: 'colour at half the resolution (420) or all of it',
  default: '420',
  words: ['420', '444'],
} as const;

/** What sharp calls it. */
export const chromaSubsampling = (chroma: (typeof CHROMA.words)[number]): '4:2:0' | '4:4:4' =>
  chroma === '420' ? '4:2:0' : '4:4:4';
