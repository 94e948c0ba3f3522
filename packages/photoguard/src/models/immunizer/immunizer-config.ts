// The config.json of an immunizer, checked.
import { object, validate, whole } from '../../validate/index.ts';
import { configSource } from '../config-fields.ts';

/** Configuration of an Immunizer. */
export interface ImmunizerConfig {
  /** Channels at a quarter and at an eighth of the picture's sides. */
  readonly fine: number;
  readonly coarse: number;
  /** Residual blocks at an eighth. */
  readonly blocks: number;
}

const IMMUNIZER = object({ fine: whole(1, 1024), coarse: whole(1, 1024), blocks: whole(0, 32) });

/** An Immunizer's config.json. @throws PhotoGuardError `config` for an invalid value */
export const parseImmunizerConfig = (json: unknown): ImmunizerConfig =>
  validate(IMMUNIZER, json, configSource('Immunizer'));
