// Tells webhooks that an immunization ended.
import type { Database, Sql } from '../database/database.ts';
import type { Immunization } from '../immunizations/immunization.ts';
import type { JobQueue } from '../immunizations/job-queue.ts';
import { shown } from '../immunizations/shown.ts';
import { addDeliveries } from './webhook.ts';

/**
 * Ends an immunization and tells its tenant's webhooks, both or none.
 * @param change ends the row; gives it, or undefined if there was nothing to end
 * @returns whether it ended
 */
export const ending = (
  { database, queue }: { readonly database: Database; readonly queue: JobQueue },
  change: (sql: Sql) => Promise<Immunization | undefined>,
): Promise<boolean> =>
  database.transaction(async (sql) => {
    const row = await change(sql);
    if (!row) return false;
    const event = `immunization.${row.state}`;
    const body = JSON.stringify({ type: event, timestamp: row.finished!.toISOString(), data: shown(row) });
    const { id: immunization, tenant } = row;
    for (const id of await addDeliveries(sql, { tenant, immunization, event, body })) await queue.deliver(sql, id);
    return true;
  });
