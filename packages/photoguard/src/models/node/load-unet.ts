// A UNet from a folder: its own (config.json and weights), or that of a pipeline (`unet/`).
import { join } from 'node:path';
import { PhotoGuardError } from '../../errors.ts';
import type { Checkpoint } from '../safetensors/checkpoint.ts';
import { parseUNetConfig } from '../unet/config.ts';
import { UNet2DConditionModel } from '../unet/unet2d-condition-model.ts';
import { exists, readJson } from './json-file.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { weightFileOf } from './weight-files.ts';

/** A loaded UNet and its weights. */
export interface LoadedUNet {
  readonly unet: UNet2DConditionModel;
  readonly checkpoint: Checkpoint;
}

/**
 * Reads a UNet's configuration and the headers of its weights.
 * @throws PhotoGuardError `config` or `checkpoint` for files that are missing, damaged or of another architecture
 */
export async function loadUNet(path: string): Promise<LoadedUNet> {
  const nested = join(path, 'unet');
  const folder = (await exists(join(nested, 'config.json'))) ? nested : path;
  const configFile = join(folder, 'config.json');
  const config = await readJson(configFile);
  const kind = (config as { _class_name?: unknown } | null)?._class_name;
  if (kind !== 'UNet2DConditionModel')
    throw new PhotoGuardError('config', `${configFile}: the model is no UNet2DConditionModel`, { got: String(kind) });
  const checkpoint = await openCheckpoint(await weightFileOf(folder));
  return { unet: new UNet2DConditionModel(parseUNetConfig(config), checkpoint), checkpoint };
}
