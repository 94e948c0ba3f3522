/*
 * The audit room: which models one photo is protected against, what is left after each purifier, how an editor edits
 * it, and a verdict in which every sentence follows from a figure by a stated rule (docs/audit.md).
 */
export type { EditPictures } from './audit-edits.ts';
export type { AuditedModel, AuditOptions, EditSettings } from './audit-options.ts';
export { type AuditPageOptions, auditPage } from './audit-page.ts';
export { type Audited, auditPhoto } from './audit-photo.ts';
export { type AuditPlan, type AuditPlanOptions, planAudit } from './audit-plan.ts';
export type {
  AuditFigures,
  AuditReport,
  CleanPhoto,
  EditsAudit,
  ModelAudit,
  NoiseControl,
  NotTested,
  Placed,
  PurifiedAudit,
  PurifiedEdits,
  Sentence,
} from './audit-report.ts';
export { auditText } from './audit-text.ts';
export { DEFAULT_PURIFIERS, ESTIMATE } from './default-purifiers.ts';
export { LatentMeter, type LatentMeterOptions } from './latent-meter.ts';
export { ballNoise, shuffledChange } from './noise-control.ts';
export { type Outcome, THRESHOLDS, type Thresholds } from './rules.ts';
export { coarseDifference, requireSamePhoto } from './same-photo.ts';
export { writeVerdict } from './verdict.ts';
