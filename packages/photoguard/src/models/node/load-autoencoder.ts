// An autoencoder from a folder (a VAE repository, or a pipeline repository with `vae/`) or a single .safetensors file.
import { join } from 'node:path';
import { PhotoGuardError } from '../../errors.ts';
import type { Autoencoder } from '../autoencoder/autoencoder.ts';
import { AutoencoderKL } from '../autoencoder/autoencoder-kl.ts';
import { AutoencoderTiny } from '../autoencoder/autoencoder-tiny.ts';
import { parseAutoencoderKLConfig, parseAutoencoderTinyConfig } from '../config.ts';
import { hasOriginalLayout, withDiffusersNames } from '../original-layout.ts';
import type { Checkpoint } from '../safetensors/checkpoint.ts';
import { exists, readJson } from './json-file.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { weightFileOf } from './weight-files.ts';

/** A loaded autoencoder and its weights. */
export interface LoadedAutoencoder {
  readonly autoencoder: Autoencoder;
  readonly checkpoint: Checkpoint;
}

/**
 * Reads an autoencoder's configuration and the headers of its weights.
 * @throws PhotoGuardError `config` or `checkpoint` for files that are missing, damaged or of another architecture
 */
export async function loadAutoencoder(path: string): Promise<LoadedAutoencoder> {
  if (path.endsWith('.safetensors')) return withoutConfig(await openCheckpoint(path));
  const nested = join(path, 'vae');
  const folder = (await exists(join(nested, 'config.json'))) ? nested : path;
  const checkpoint = await openCheckpoint(await weightFileOf(folder));
  const configFile = join(folder, 'config.json');
  if (!(await exists(configFile))) return withoutConfig(checkpoint);
  const config = await readJson(configFile);
  const kind = (config as { _class_name?: unknown } | null)?._class_name;
  if (kind === 'AutoencoderKL')
    return { autoencoder: new AutoencoderKL(parseAutoencoderKLConfig(config), checkpoint), checkpoint };
  if (kind === 'AutoencoderTiny')
    return { autoencoder: new AutoencoderTiny(parseAutoencoderTinyConfig(config), checkpoint), checkpoint };
  throw new PhotoGuardError('config', `${configFile}: the model is neither an AutoencoderKL nor an AutoencoderTiny`, {
    got: String(kind),
  });
}

// Checkpoints of original layouts come without a configuration: their weights say what they are.
function withoutConfig(checkpoint: Checkpoint): LoadedAutoencoder {
  if (hasOriginalLayout(checkpoint)) {
    const latent = checkpoint.get('first_stage_model.post_quant_conv.weight')?.shape[0] ?? 4;
    const config = parseAutoencoderKLConfig({
      block_out_channels: [128, 256, 512, 512],
      layers_per_block: 2,
      latent_channels: latent,
    });
    return { autoencoder: new AutoencoderKL(config, withDiffusersNames(checkpoint, 4)), checkpoint };
  }
  const last = checkpoint.get('encoder.14.weight');
  if (last && checkpoint.get('decoder.1.weight')) {
    const config = parseAutoencoderTinyConfig({ latent_channels: last.shape[0] });
    return { autoencoder: new AutoencoderTiny(config, checkpoint), checkpoint };
  }
  throw new PhotoGuardError(
    'config',
    `${checkpoint.label}: there is no config.json, and the weights are of no layout that is known`,
  );
}
