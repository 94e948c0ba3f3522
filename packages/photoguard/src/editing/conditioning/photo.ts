// How each kind of UNet is shown the photo.
import type { PhotoInput, Pipeline } from '../../models/index.ts';
import { img2img } from './img2img.ts';
import { inpainting } from './inpainting.ts';
import { instructPix2Pix } from './instruct-pix2pix.ts';
import type { PhotoWay } from './photo-way.ts';

const WAYS: Readonly<Record<PhotoInput, PhotoWay>> = {
  nothing: img2img,
  masked: inpainting,
  photo: instructPix2Pix,
};

/** The way of a pipeline. */
export const findPhotoWay = ({ photoInput }: Pick<Pipeline, 'photoInput'>): PhotoWay => WAYS[photoInput];

/**
 * Share of the steps that an edit runs: what is given, else what suits the pipeline.
 * @throws PhotoGuardError `input` for a strength where edits have none
 */
export const settleStrength = (pipeline: Pipeline, given: number | undefined, masked: boolean): number =>
  findPhotoWay(pipeline).strength(given, masked, pipeline.xl !== undefined);
