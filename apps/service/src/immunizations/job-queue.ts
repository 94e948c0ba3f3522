// The queue as whoever adds immunizations sees it; queue.ts is what hands them out.
import type { Sql } from '../database/database.ts';

/** Takes immunizations to be done. */
export interface JobQueue {
  /** Adds one within the transaction that adds its row. */
  add(sql: Sql, id: string): Promise<void>;
  /** Takes out one that has not begun. */
  cancel(id: string): Promise<void>;
}
