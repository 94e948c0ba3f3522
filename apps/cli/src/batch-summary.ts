// The summary printed at the end of a batch.
import { duration } from '#terminal';

/** The outcome of a batch. */
export interface BatchOutcome {
  readonly count: number;
  readonly immunized: number;
  /** Finished by an earlier run. */
  readonly skipped: number;
  /** Names of photos that failed. A photo may be immunized and still be here, if its protection is in doubt. */
  readonly failed: readonly string[];
  readonly seconds: number;
  /** Sizes of the immunized photos' files, and of their results. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** At most this many names are listed; of the rest only the number is given. */
const NAMED = 10;
/** Results at least this many times as large are worth a line. */
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
