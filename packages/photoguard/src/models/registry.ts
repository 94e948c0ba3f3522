// Which class builds a model, by the name in its config.json (`_class_name` of diffusers, `architectures` of
// transformers) or in a pipeline's model_index.json. A new model family needs only a row here.
import * as z from 'zod/mini';
import { PhotoGuardError } from '../errors.ts';
import { object, validate } from '../validate/index.ts';
import type { Autoencoder } from './autoencoder/autoencoder.ts';
import { AutoencoderDC } from './autoencoder/autoencoder-dc.ts';
import { AutoencoderKL } from './autoencoder/autoencoder-kl.ts';
import { AutoencoderKLFlux2, parseFlux2Config } from './autoencoder/autoencoder-kl-flux2.ts';
import { AutoencoderKLWan } from './autoencoder/autoencoder-kl-wan.ts';
import { AutoencoderTiny } from './autoencoder/autoencoder-tiny.ts';
import { AutoencoderTinyVideo } from './autoencoder/autoencoder-tiny-video.ts';
import { parseAutoencoderDCConfig } from './autoencoder/dc-config.ts';
import { guessAutoencoder } from './autoencoder/guess.ts';
import { parseTinyVideoConfig } from './autoencoder/tiny-video-config.ts';
import { parseQwenImage21Config, parseQwenImageConfig, parseWanConfig } from './autoencoder/wan-config.ts';
import { buildCLIPTokenizer, type TokenizerFiles } from './clip/build-tokenizer.ts';
import { parseCLIPTextConfig } from './clip/config.ts';
import { CLIPTextModel } from './clip/text-model.ts';
import type { CLIPTokenizer } from './clip/tokenizer.ts';
import { parseAutoencoderKLConfig, parseAutoencoderTinyConfig } from './config.ts';
import type { Denoiser } from './denoiser.ts';
import type { TextEncoder } from './text-encoder.ts';
import { parseUNetConfig } from './unet/config.ts';
import { UNet2DConditionModel } from './unet/unet2d-condition-model.ts';
import type { TensorStore } from './weights.ts';

/** Builds a model from the object in its config.json and its weights. @throws PhotoGuardError `config` */
type Build<T> = (config: unknown, weights: TensorStore) => T;

/** Builders by class. */
type Classes<B> = Readonly<Record<string, B>>;

// One table per part, so that a page that uses only an autoencoder does not bundle the rest.
const AUTOENCODERS: Classes<Build<Autoencoder>> = {
  AutoencoderKL: (config, weights) => new AutoencoderKL(parseAutoencoderKLConfig(config), weights),
  AutoencoderTiny: (config, weights) => new AutoencoderTiny(parseAutoencoderTinyConfig(config), weights),
  TAEHV: (config, weights) => new AutoencoderTinyVideo(parseTinyVideoConfig(config), weights),
  AutoencoderKLFlux2: (config, weights) => new AutoencoderKLFlux2(parseFlux2Config(config), weights),
  AutoencoderKLWan: (config, weights) => new AutoencoderKLWan(parseWanConfig(config), weights),
  AutoencoderKLQwenImage: (config, weights) => new AutoencoderKLWan(parseQwenImageConfig(config), weights),
  AutoencoderKLQwenImage21: (config, weights) => new AutoencoderKLWan(parseQwenImage21Config(config), weights),
  AutoencoderDC: (config, weights) => new AutoencoderDC(parseAutoencoderDCConfig(config), weights),
};

const DENOISERS: Classes<Build<Denoiser>> = {
  UNet2DConditionModel: (config, weights) => new UNet2DConditionModel(parseUNetConfig(config), weights),
};

const buildCLIPText: Build<TextEncoder> = (config, weights) => new CLIPTextModel(parseCLIPTextConfig(config), weights);
const TEXT_ENCODERS: Classes<Build<TextEncoder>> = {
  CLIPTextModel: buildCLIPText,
  CLIPTextModelWithProjection: buildCLIPText,
};

const TOKENIZERS: Classes<(files: TokenizerFiles, label: string) => CLIPTokenizer> = {
  CLIPTokenizer: buildCLIPTokenizer,
  CLIPTokenizerFast: buildCLIPTokenizer,
};

/** Parts of a pipeline that have classes. */
const BUILT = { vae: AUTOENCODERS, unet: DENOISERS, text_encoder: TEXT_ENCODERS, tokenizer: TOKENIZERS };

/** A part of a pipeline that has classes. */
export type BuiltPart = keyof typeof BUILT;

/** Names of a part's classes. */
export const classNames = (part: BuiltPart): string[] => Object.keys(BUILT[part]);

/**
 * An autoencoder; without a configuration (undefined), as for single files, it is recognised by its weights.
 * @param label name of the configuration in messages; default: that of the weights
 * @throws PhotoGuardError `config` for another class, or invalid values
 */
export function buildAutoencoder(config: unknown, weights: TensorStore, label = weights.label): Autoencoder {
  const known = config === undefined ? guessAutoencoder(weights) : { config, weights };
  return findBuilder(AUTOENCODERS, readClassName(known.config, label), label)(known.config, known.weights);
}

/** A denoiser. @throws PhotoGuardError like {@link buildAutoencoder} */
export const buildDenoiser = (config: unknown, weights: TensorStore, label = weights.label): Denoiser =>
  findBuilder(DENOISERS, readClassName(config, label), label)(config, weights);

/** A text encoder; CLIP's where the configuration names no class. @throws PhotoGuardError like {@link buildAutoencoder} */
export const buildTextEncoder = (config: unknown, weights: TensorStore, label = weights.label): TextEncoder =>
  findBuilder(TEXT_ENCODERS, readClassName(config, label) ?? 'CLIPTextModel', label)(config, weights);

/**
 * A tokenizer from the contents of its files.
 * @param className its class in model_index.json
 * @param label its name in messages: the folder
 * @throws PhotoGuardError `config` for another class, or files that are damaged or missing
 */
export const buildTokenizer = (files: TokenizerFiles, label: string, className = 'CLIPTokenizer'): CLIPTokenizer =>
  findBuilder(TOKENIZERS, className, label)(files, label);

function findBuilder<B>(classes: Classes<B>, className: string | undefined, label: string): B {
  if (className !== undefined && Object.hasOwn(classes, className)) return classes[className]!;
  const names = Object.keys(classes).join(' or ');
  throw new PhotoGuardError('config', `${label}: the model must be ${names}`, { got: String(className) });
}

const NAMED = object({
  _class_name: z.nullish(z.string('a text')),
  architectures: z.nullish(z.array(z.string('a text'), 'a list')),
});

/** The class that a config.json names. @throws PhotoGuardError `config` for one that is no name */
export function readClassName(config: unknown, label: string): string | undefined {
  const { _class_name: name, architectures } = validate(NAMED, config ?? {}, { label, code: 'config' });
  return name ?? architectures?.[0];
}
