/*
 * The purifiers room: what an editor may do to a photo first, knowingly or not, so that an immunization is lost. Every
 * transform is a purifier; the others use a model, or filters that nothing else here needs.
 */
export { purifierHelp, purifierTable } from './describe.ts';
export type { PurifierKind } from './kind.ts';
export { parsePurifier, parsePurifiers } from './parse.ts';
export type { Needs, Purifier, PurifierContext, Purify } from './purifier.ts';
export { NEEDS } from './purifier.ts';
export { PURIFIERS } from './table.ts';
