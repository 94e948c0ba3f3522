// Figures for Prometheus. Counts of immunizations come from the database, so every process gives the same; seconds and
// failures are those that this process saw.
import type { Database } from '../database/database.ts';

/** Figures of a process. */
export interface Metrics {
  /** An immunization took so many seconds of computing. */
  ran(seconds: number): void;
  failed(code: string): void;
  /** A request was answered. */
  answered(status: number, seconds: number): void;
  /** All figures, in Prometheus' text format. */
  text(database: Database): Promise<string>;
}

/** Figures that begin at nothing. */
export function makeMetrics(): Metrics {
  const failures = new Map<string, number>();
  const requests = new Map<string, { count: number; seconds: number }>();
  const runs = { count: 0, seconds: 0 };
  return {
    ran(seconds) {
      runs.count++;
      runs.seconds += seconds;
    },
    failed: (code) => void failures.set(code, (failures.get(code) ?? 0) + 1),
    answered(status, seconds) {
      const key = `${Math.floor(status / 100)}xx`;
      const former = requests.get(key) ?? { count: 0, seconds: 0 };
      requests.set(key, { count: former.count + 1, seconds: former.seconds + seconds });
    },
    async text(database) {
      const states = await database.query<{ state: string; count: number }>(
        'select state, count(*)::int as count from photoguard.immunizations group by state',
      );
      const [{ oldest }] = (await database.query<{ oldest: number | null }>(
        `select extract(epoch from now() - min(created))::float8 as oldest
         from photoguard.immunizations where state = 'queued'`,
      )) as [{ oldest: number | null }];
      const messages = await database.query<{ state: string; count: number }>(
        'select state, count(*)::int as count from photoguard.deliveries group by state',
      );
      const [{ registered }] = (await database.query<{ registered: number }>(
        'select count(*)::int as registered from photoguard.registry where not deleted',
      )) as [{ registered: number }];
      return [
        ...family('photoguard_immunizations', 'gauge', 'Immunizations by state.'),
        ...states.map(({ state, count }) => `photoguard_immunizations{state="${state}"} ${count}`),
        ...family('photoguard_queue_oldest_seconds', 'gauge', 'How long the oldest queued one has waited.'),
        `photoguard_queue_oldest_seconds ${oldest ?? 0}`,
        ...family('photoguard_webhook_messages', 'gauge', 'Messages to webhooks by state.'),
        ...messages.map(({ state, count }) => `photoguard_webhook_messages{state="${state}"} ${count}`),
        ...family('photoguard_registry_hashes', 'gauge', 'Hashes in the registry.'),
        `photoguard_registry_hashes ${registered}`,
        ...family('photoguard_immunize_seconds', 'summary', 'Seconds of computing an immunization took here.'),
        `photoguard_immunize_seconds_sum ${runs.seconds}`,
        `photoguard_immunize_seconds_count ${runs.count}`,
        ...family('photoguard_failures_total', 'counter', 'Immunizations that failed here, by code.'),
        ...Array.from(failures, ([code, count]) => `photoguard_failures_total{code="${code}"} ${count}`),
        ...family('photoguard_request_seconds', 'summary', 'Seconds until requests were answered here, by status.'),
        ...Array.from(requests).flatMap(([status, { count, seconds }]) => [
          `photoguard_request_seconds_sum{status="${status}"} ${seconds}`,
          `photoguard_request_seconds_count{status="${status}"} ${count}`,
        ]),
        '',
      ].join('\n');
    },
  };
}

const family = (name: string, type: string, help: string): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
];
