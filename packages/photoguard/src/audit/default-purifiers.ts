// The default purifiers of an audit: everyday operations first, then removers.

/** In the grammar of purifiers. */
export const DEFAULT_PURIFIERS = [
  'jpeg:90',
  'jpeg:75',
  'jpeg:50',
  'webp:80',
  'resize:0.5',
  'crop:0.1',
  'blur:1',
  'noise:8',
  'median:3',
  'guided',
  'vae',
  'jpeg:75 > resize:0.5',
].join('; ');

/**
 * The purifier whose result is used as the clean photo if the original is not given. docs/audit.md says how close the
 * figures are to those with the original.
 */
export const ESTIMATE = 'jpeg:75 > resize:0.5';
