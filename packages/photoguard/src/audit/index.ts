/*
 * The audit room: which models one photo is protected against, what is left after each purifier, how an editor edits
 * it, and a verdict in which every sentence follows from a figure by a stated rule (docs/audit.md).
 */
export type { AuditedModel, AuditOptions, EditSettings } from './audit-options.ts';
export { type AuditPageOptions, auditPage } from './audit-page.ts';
export { type Audited, auditPhoto } from './audit-photo.ts';
export { type AuditPlan, type AuditPlanOptions, planAudit } from './audit-plan.ts';
export type { AuditReport, NotTested } from './audit-report.ts';
export { auditText } from './audit-text.ts';
export { DEFAULT_PURIFIERS } from './default-purifiers.ts';
