// Which class builds a model, by the name in its config.json (`_class_name` of diffusers, `architectures` of transformers)
// or in a pipeline's model_index.json. The one table: a model family is added by a row here.
import { PhotoGuardError } from '../errors.ts';
import type { Autoencoder } from './autoencoder/autoencoder.ts';
import { AutoencoderKL } from './autoencoder/autoencoder-kl.ts';
import { AutoencoderTiny } from './autoencoder/autoencoder-tiny.ts';
import { guessAutoencoder } from './autoencoder/guess.ts';
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

/** Builds a model of the object in its config.json and its weights. @throws PhotoGuardError `config` */
type Build<T> = (config: unknown, weights: TensorStore) => T;

/** Classes by the part of a pipeline that they can be. */
interface Registry {
  readonly vae: Readonly<Record<string, Build<Autoencoder>>>;
  readonly unet: Readonly<Record<string, Build<Denoiser>>>;
  readonly text_encoder: Readonly<Record<string, Build<TextEncoder>>>;
  readonly tokenizer: Readonly<Record<string, (files: TokenizerFiles, label: string) => CLIPTokenizer>>;
}

const buildCLIPText: Build<TextEncoder> = (config, weights) => new CLIPTextModel(parseCLIPTextConfig(config), weights);

const REGISTRY: Registry = {
  vae: {
    AutoencoderKL: (config, weights) => new AutoencoderKL(parseAutoencoderKLConfig(config), weights),
    AutoencoderTiny: (config, weights) => new AutoencoderTiny(parseAutoencoderTinyConfig(config), weights),
  },
  unet: {
    UNet2DConditionModel: (config, weights) => new UNet2DConditionModel(parseUNetConfig(config), weights),
  },
  text_encoder: {
    CLIPTextModel: buildCLIPText,
    CLIPTextModelWithProjection: buildCLIPText,
  },
  tokenizer: {
    CLIPTokenizer: buildCLIPTokenizer,
    CLIPTokenizerFast: buildCLIPTokenizer,
  },
};

/** A part of a pipeline that a class builds. */
export type BuiltPart = keyof Registry;

/** Names of the classes that a part can be of. */
export const classNames = (part: BuiltPart): string[] => Object.keys(REGISTRY[part]);

/**
 * An autoencoder; without a configuration (undefined) it is told by its weights, as single files come.
 * @param label what people call the configuration in messages; default: what they call the weights
 * @throws PhotoGuardError `config` for another class, or values that cannot be
 */
export function buildAutoencoder(config: unknown, weights: TensorStore, label = weights.label): Autoencoder {
  const known = config === undefined ? guessAutoencoder(weights) : { config, weights };
  return builderOf('vae', classNameOf(known.config), label)(known.config, known.weights);
}

/** A denoiser. @throws PhotoGuardError like {@link buildAutoencoder} */
export const buildDenoiser = (config: unknown, weights: TensorStore, label = weights.label): Denoiser =>
  builderOf('unet', classNameOf(config), label)(config, weights);

/** A text encoder; CLIP's where the configuration names no class. @throws PhotoGuardError like {@link buildAutoencoder} */
export const buildTextEncoder = (config: unknown, weights: TensorStore, label = weights.label): TextEncoder =>
  builderOf('text_encoder', classNameOf(config) ?? 'CLIPTextModel', label)(config, weights);

/**
 * A tokenizer of what its files hold.
 * @param className what model_index.json calls it
 * @param label what people call it in messages: its folder
 * @throws PhotoGuardError `config` for another class, or files that are damaged or missing
 */
export const buildTokenizer = (files: TokenizerFiles, label: string, className = 'CLIPTokenizer'): CLIPTokenizer =>
  builderOf('tokenizer', className, label)(files, label);

function builderOf<P extends BuiltPart>(part: P, className: string | undefined, label: string): Registry[P][string] {
  const classes: Registry[P] = REGISTRY[part];
  if (className !== undefined && Object.hasOwn(classes, className)) return classes[className] as Registry[P][string];
  const names = classNames(part);
  throw new PhotoGuardError('config', `${label}: the model must be ${names.join(' or ')}`, { got: String(className) });
}

function classNameOf(config: unknown): string | undefined {
  const { _class_name: own, architectures } = (config ?? {}) as { _class_name?: unknown; architectures?: unknown };
  const name = own ?? (Array.isArray(architectures) ? architectures[0] : undefined);
  return typeof name === 'string' ? name : undefined;
}
