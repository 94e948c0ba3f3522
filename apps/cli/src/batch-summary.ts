// What is said at the end of a batch.
import { duration } from './progress-line.ts';

/** What came of a batch. */
export interface BatchOutcome {
  readonly count: number;
  readonly immunized: number;
  /** Finished by an earlier run. */
  readonly skipped: number;
  /** Names of photos that failed; one may be among the immunized, too, where its protection is in doubt. */
  readonly failed: readonly string[];
  readonly seconds: number;
  /** Of the files of those that were immunized, and of their results. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** Names that are shown; of more only their number. */
const NAMED = 10;
/** From here on it is worth saying that results are larger. */
const GROWN = 3;

/** Lines for people. */
export function batchSummary(outcome: BatchOutcome): string[] {
  const { count, immunized, skipped, failed, seconds, bytesBefore, bytesAfter } = outcome;
  const parts = [
    `${immunized} immunized${immunized > 0 ? ` in ${duration(seconds)}` : ''}`,
    ...(skipped > 0 ? [`${skipped} already done`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
  ];
  const more = failed.length > NAMED ? [`           and ${failed.length - NAMED} more`] : [];
  return [
    '',
    `${count} photos: ${parts.join(', ')}`,
    ...(immunized > 0 ? [`  size     ${sized(bytesAfter)}, of ${sized(bytesBefore)} before`] : []),
    ...(bytesAfter > GROWN * bytesBefore
      ? [
          '           lossless files are large; --format jpeg (or same) makes smaller files, but keeps less of the protection',
        ]
      : []),
    ...failed.slice(0, NAMED).map((name) => `  failed   ${name}`),
    ...more,
  ];
}

function sized(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
