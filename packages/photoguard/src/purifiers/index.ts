/*
 * The purifiers room: what an editor may do to a photo first, wittingly or not, so that an immunization is lost. One
 * grammar for all of them (parse.ts), one table (table.ts), one interface (purifier.ts). Most work with sharp, so this
 * room is for Node. What an attack can look through, as graphs, is in photoguard/purifiers/differentiable, for browsers too.
 */
export type { Argument, ArgumentValue, ChoiceArgument, FileArgument, NumberArgument } from './arguments.ts';
export { rangeOf } from './arguments.ts';
export { chainOf, seedOfPart } from './chain.ts';
export { purifierHelp, purifierTable } from './describe.ts';
export { gaussianMatrix } from './gaussian.ts';
export type { PurifierKind } from './kind.ts';
export { parsePurifier, parsePurifiers } from './parse.ts';
export type { Needs, Purifier, PurifierContext, Purify, Write } from './purifier.ts';
export { NEEDS } from './purifier.ts';
export { PURIFIERS } from './table.ts';
