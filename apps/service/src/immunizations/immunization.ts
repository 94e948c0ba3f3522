// An immunization as a row of the table, and the statements that change it. Every change says in which state the row must be,
// so that of two processes that reach for it one finds nothing to do.
import type { Sql } from '../database/database.ts';
import type { ImmunizationOptions } from './options.ts';

/** Where an immunization is in its life. */
export const STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

/** One of them. */
export type State = (typeof STATES)[number];

/** What went wrong, with a code as the command's. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** How far a running one is: what is done to the photo, or gradients of all. */
export interface Progress {
  readonly doing?: string | undefined;
  readonly done?: number | undefined;
  readonly all?: number | undefined;
  readonly seconds?: number | undefined;
}

/** A row. */
export interface Immunization {
  readonly seq: string;
  readonly id: string;
  readonly tenant: string;
  readonly state: State;
  readonly options: ImmunizationOptions;
  /** SHA-256 of photo and options: what an idempotency key stands for. */
  readonly request: string;
  /** Keys of objects. */
  readonly photo: string;
  readonly result: string | null;
  readonly progress: Progress | null;
  readonly report: ({ readonly format: string } & Readonly<Record<string, unknown>>) | null;
  readonly error: Failure | null;
  readonly created: Date;
  readonly started: Date | null;
  readonly finished: Date | null;
}

const COLUMNS = `seq::text, id, tenant, state, options, request, photo, result, progress, report, error,
  created, started, finished`;

/** Adds a row, unless the tenant's idempotency key is taken. @returns whether it was added */
export async function insert(
  sql: Sql,
  row: Pick<Immunization, 'id' | 'tenant' | 'options' | 'request' | 'photo'> & { readonly idempotency?: string },
): Promise<boolean> {
  const { id, tenant, options, request, photo, idempotency } = row;
  const added = await sql.query(
    `insert into photoguard.immunizations (id, tenant, options, request, photo, idempotency)
     values ($1, $2, $3, $4, $5, $6) on conflict (tenant, idempotency) do nothing returning id`,
    [id, tenant, JSON.stringify(options), request, photo, idempotency ?? null],
  );
  return added.length > 0;
}

/** How many of the tenant's have not ended. */
export async function countWaiting(sql: Sql, tenant: string): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    "select count(*)::int as count from photoguard.immunizations where tenant = $1 and state in ('queued', 'running')",
    [tenant],
  );
  return row!.count;
}

// Any number that no other program uses for this.
const QUOTA_LOCK = 0x70_67_02;

/** Waits until no other transaction has the tenant's lock; it is held until this one ends. */
export async function lockQuota(sql: Sql, tenant: string): Promise<void> {
  await sql.query('select pg_advisory_xact_lock($1::int, hashtext($2))', [QUOTA_LOCK, tenant]);
}

/** The tenant's row of that id. */
export async function find(sql: Sql, tenant: string, id: string): Promise<Immunization | undefined> {
  const [row] = await sql.query<Immunization>(
    `select ${COLUMNS} from photoguard.immunizations where tenant = $1 and id = $2`,
    [tenant, id],
  );
  return row;
}

/** The tenant's row of that idempotency key. */
export async function findByKey(sql: Sql, tenant: string, idempotency: string): Promise<Immunization | undefined> {
  const [row] = await sql.query<Immunization>(
    `select ${COLUMNS} from photoguard.immunizations where tenant = $1 and idempotency = $2`,
    [tenant, idempotency],
  );
  return row;
}

/** The tenant's rows, newest first. @param before the `seq` of the last row of the page before */
export function page(
  sql: Sql,
  tenant: string,
  { before, state, limit }: { readonly before?: string; readonly state?: State; readonly limit: number },
): Promise<Immunization[]> {
  return sql.query<Immunization>(
    `select ${COLUMNS} from photoguard.immunizations
     where tenant = $1 and ($2::bigint is null or seq < $2) and ($3::text is null or state = $3)
     order by seq desc limit $4`,
    [tenant, before ?? null, state ?? null, limit],
  );
}

/**
 * Takes a row for an attempt at it.
 * @returns the row, with the attempt before it; undefined if it is done, cancelled or deleted
 */
export async function begin(
  sql: Sql,
  id: string,
  attempt: string,
): Promise<(Immunization & { readonly former: string | null }) | undefined> {
  const [row] = await sql.query<Immunization & { readonly former: string | null }>(
    `with before as (select attempt from photoguard.immunizations where id = $1)
     update photoguard.immunizations set state = 'running', attempt = $2, started = now(), progress = null
     where id = $1 and state in ('queued', 'running') returning ${COLUMNS}, (select attempt from before) as former`,
    [id, attempt],
  );
  return row;
}

/** Notes how far an attempt is. @returns whether it is to go on: not if another took over, or nobody wants it any more */
export async function advance(sql: Sql, id: string, attempt: string, progress: Progress): Promise<boolean> {
  const going = await sql.query(
    `update photoguard.immunizations set progress = $3
     where id = $1 and attempt = $2 and state = 'running' returning id`,
    [id, attempt, JSON.stringify(progress)],
  );
  return going.length > 0;
}

/** Ends an attempt with a result. @returns the row, if the attempt counts */
export async function finish(
  sql: Sql,
  id: string,
  attempt: string,
  { result, report }: { readonly result: string; readonly report: object },
): Promise<Immunization | undefined> {
  const [ended] = await sql.query<Immunization>(
    `update photoguard.immunizations set state = 'done', result = $3, report = $4, finished = now()
     where id = $1 and attempt = $2 and state = 'running' returning ${COLUMNS}`,
    [id, attempt, result, JSON.stringify(report)],
  );
  return ended;
}

/** Ends one that cannot be done. @param attempt absent: whichever it was. @returns the row, if it had not ended yet */
export async function fail(sql: Sql, id: string, error: Failure, attempt?: string): Promise<Immunization | undefined> {
  const [ended] = await sql.query<Immunization>(
    `update photoguard.immunizations set state = 'failed', error = $2, finished = now()
     where id = $1 and ($3::uuid is null or attempt = $3) and state in ('queued', 'running') returning ${COLUMNS}`,
    [id, JSON.stringify(error), attempt ?? null],
  );
  return ended;
}

/** Hands back one that was interrupted, so that it can be begun again. */
export async function handBack(sql: Sql, id: string, attempt: string): Promise<void> {
  await sql.query(
    `update photoguard.immunizations set state = 'queued', attempt = null, progress = null
     where id = $1 and attempt = $2 and state = 'running'`,
    [id, attempt],
  );
}

/** Cancels one. @returns the row, if it had not ended yet */
export async function cancel(sql: Sql, tenant: string, id: string): Promise<Immunization | undefined> {
  const [cancelled] = await sql.query<Immunization>(
    `update photoguard.immunizations set state = 'cancelled', finished = now()
     where tenant = $1 and id = $2 and state in ('queued', 'running') returning ${COLUMNS}`,
    [tenant, id],
  );
  return cancelled;
}

/** The keys of a row's objects. */
export const objectsOf = ({ photo, result }: Pick<Immunization, 'photo' | 'result'>): string[] =>
  result === null ? [photo] : [photo, result];

/** Deletes the tenant's row. */
export async function remove(sql: Sql, tenant: string, id: string): Promise<void> {
  await sql.query('delete from photoguard.immunizations where tenant = $1 and id = $2', [tenant, id]);
}

/** Deletes rows that were made longer ago. @returns the keys of their objects */
export async function removeOlder(sql: Sql, hours: number): Promise<string[]> {
  const rows = await sql.query<Pick<Immunization, 'photo' | 'result'>>(
    `delete from photoguard.immunizations where created < now() - $1 * interval '1 hour' returning photo, result`,
    [hours],
  );
  return rows.flatMap(objectsOf);
}

/** Of keys of objects, those that no row names. @param keys each with the id of the row that it belongs to */
export async function unnamed(
  sql: Sql,
  keys: readonly { readonly key: string; readonly row: string }[],
): Promise<string[]> {
  const rows = await sql.query<{ key: string }>(
    `select key from unnest($1::text[], $2::uuid[]) as o (key, row)
     left join photoguard.immunizations i on i.id = o.row
     where i.id is null or (key <> i.photo and key is distinct from i.result)`,
    [keys.map(({ key }) => key), keys.map(({ row }) => row)],
  );
  return rows.map(({ key }) => key);
}
