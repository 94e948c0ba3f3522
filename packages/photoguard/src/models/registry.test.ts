import { describe, expect, it } from 'vitest';
import { safetensors } from '../../../../tests/support/safetensors.ts';
import { TINY_CONFIG, tinyTensors } from '../../../../tests/support/tiny-model.ts';
import { requireParts } from './pipeline/parts.ts';
import { buildAutoencoder, buildDenoiser, buildTextEncoder, buildTokenizer, classNames } from './registry.ts';
import { bytesSource } from './safetensors/byte-source.ts';
import { readCheckpoint } from './safetensors/checkpoint.ts';

const weights = await readCheckpoint('tiny', [bytesSource('tiny', safetensors(tinyTensors()))]);

const AUTOENCODERS = classNames('vae').join(' or ');

describe('the registry', () => {
  it('builds an autoencoder by its class, told apart from others by one line', () => {
    expect(buildAutoencoder(TINY_CONFIG, weights)).toMatchObject({
      architecture: 'AutoencoderTiny',
      latentChannels: 4,
    });
    expect(() => buildAutoencoder({ _class_name: 'VQModel' }, weights, 'vae/config.json')).toThrow(
      `vae/config.json: the model must be ${AUTOENCODERS} (got VQModel)`,
    );
    for (const config of [{}, null, { _class_name: 'constructor' }, { _class_name: '__proto__' }])
      expect(() => buildAutoencoder(config, weights)).toThrow(`the model must be ${AUTOENCODERS}`);
    expect(() => buildAutoencoder({ _class_name: 7 }, weights, 'vae/config.json')).toThrow(
      'vae/config.json: _class_name must be a text (got 7)',
    );
    expect(() => buildAutoencoder({ architectures: [['x']] }, weights, 'vae/config.json')).toThrow(
      'vae/config.json: architectures[0] must be a text (got ["x"])',
    );
  });

  it('knows a text encoder by its architectures too, and takes CLIP where there are none', () => {
    expect(buildTextEncoder({ architectures: ['CLIPTextModelWithProjection'] }, weights).width).toBe(512);
    expect(buildTextEncoder({ hidden_size: 64, num_attention_heads: 2 }, weights).width).toBe(64);
    expect(() => buildTextEncoder({ architectures: ['T5EncoderModel'] }, weights)).toThrow(/got T5EncoderModel/);
    expect(() => buildDenoiser({ architectures: ['CLIPTextModel'] }, weights)).toThrow(
      `must be ${classNames('unet').join(' or ')}`,
    );
    expect(() => buildTokenizer({}, 'tokenizer', 'T5Tokenizer')).toThrow(
      `must be ${classNames('tokenizer').join(' or ')}`,
    );
    expect(() => buildTokenizer({}, 'tokenizer')).toThrow(/neither tokenizer.json, nor vocab.json and merges.txt/);
  });

  it('is what a pipeline may consist of', () => {
    const index = (vae: string) => ({
      vae: ['diffusers', vae],
      unet: ['diffusers', 'UNet2DConditionModel'],
      text_encoder: ['transformers', 'CLIPTextModel'],
      tokenizer: ['transformers', 'CLIPTokenizer'],
      scheduler: ['diffusers', 'DDIMScheduler'],
    });
    for (const name of classNames('vae')) expect(() => requireParts(index(name), 'sd')).not.toThrow();
    expect(() => requireParts(index('VQModel'), 'sd')).toThrow(`sd: the vae must be ${AUTOENCODERS} (got VQModel)`);
  });
});
