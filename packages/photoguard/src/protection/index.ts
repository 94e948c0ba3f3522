/*
 * The protection room: what a protection does, measured on a photo beside its original, by networks that need not be those
 * that were attacked. The command and the page both measure with it; a whole audit adds more (the audit room).
 */
export { type Change, measureChange } from './change.ts';
export { isRecorded, type Judge, type JudgeModel, judgeBytes, toJudge, unseenModels } from './judges.ts';
export { type Losses, lossReports, type ModelReport, requireBetter } from './losses.ts';
export {
  type Figures,
  FLAT_NOTE,
  isFlat,
  measureProtection,
  type Protection,
  type ProtectionOptions,
  UPLOADS,
  uploaded,
} from './measure.ts';
export { coarseDifference, OTHER_PHOTO, requireSamePhoto } from './same-photo.ts';
export { greyHidden, keepTransparent, maskTransparent } from './transparent.ts';
export { VISIBLE_BELOW, visibleGrade } from './visible.ts';
