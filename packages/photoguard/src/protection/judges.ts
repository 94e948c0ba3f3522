// Who measures a protection: networks, each with the latent spaces that it stands for. The attack should not have seen
// them, since a network that it saw is moved further than any other.
import { meterBytes } from '../displacement/index.ts';
import type { Size } from '../image/index.ts';
import type { Encoder } from '../models/index.ts';
import type { ImmunizationRecord } from '../record/index.ts';

/** A network to measure with. */
export interface Judge {
  readonly ref: string;
  readonly spaces: readonly { readonly space: string; readonly encoder: Encoder }[];
}

/** A model that can be one. */
export interface JudgeModel {
  readonly ref: string;
  readonly autoencoder: Encoder;
  /** Default: one, named after the model. */
  readonly spaces?: Judge['spaces'];
}

/** A model as a judge: all its spaces. */
export const toJudge = ({ ref, autoencoder, spaces }: JudgeModel): Judge => ({
  ref,
  spaces: spaces ?? [{ space: ref, encoder: autoencoder }],
});

/** Bytes that a judge's program takes. */
export const judgeBytes = ({ spaces }: Judge, size: Size): number =>
  meterBytes(
    spaces.map(({ encoder }) => encoder),
    size,
  );

/** Whether a record names a model; null where there is no record. */
export const isRecorded = (
  record: ImmunizationRecord | undefined,
  { ref }: { readonly ref: string },
): boolean | null => (record ? record.models.some((model) => model.ref === ref) : null);

/** The models that a record does not name: those that may judge it. Without a record, all. */
export const unseenModels = <M extends JudgeModel>(
  record: ImmunizationRecord | undefined,
  models: readonly M[],
): readonly M[] => models.filter((model) => !isRecorded(record, model));
