// The validate room: checks data from outside against schemas, with errors in words.
export {
  anyObject,
  finite,
  flag,
  hash,
  list,
  matching,
  number,
  object,
  oneOf,
  only,
  orDefault,
  where,
  whole,
} from './fields.ts';
export { named, quoted } from './quoted.ts';
export { fittingJson, parseJson, type Source, validate, validateJson } from './validate.ts';
