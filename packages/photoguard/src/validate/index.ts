// The validate room: data that others wrote, against schemas, with errors in words.
export { finite, flag, hash, list, matching, number, object, oneOf, only, orDefault, whole } from './fields.ts';
export { quoted } from './quoted.ts';
export { fittingJson, parseJson, type Source, validate, validateJson } from './validate.ts';
