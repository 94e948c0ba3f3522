// The tables of the service. Whichever process starts first makes them; the others wait for its transaction.
import type { Database } from './database.ts';

/** Steps from an empty database to today's. Add to the end; never change one that was released. */
const STEPS: readonly (readonly string[])[] = [
  [
    `create table photoguard.keys (
      id text primary key,
      tenant text not null,
      scopes jsonb not null,
      salt bytea not null,
      hash bytea not null,
      created timestamptz not null default now(),
      revoked timestamptz
    )`,
    `create table photoguard.immunizations (
      seq bigserial unique,
      id uuid primary key,
      tenant text not null,
      state text not null default 'queued',
      options jsonb not null,
      request text not null,
      idempotency text,
      photo text not null,
      attempt uuid,
      progress jsonb,
      report jsonb,
      result text,
      error jsonb,
      created timestamptz not null default now(),
      started timestamptz,
      finished timestamptz,
      unique (tenant, idempotency)
    )`,
    'create index on photoguard.immunizations (tenant, seq)',
    'create index on photoguard.immunizations (created)',
    'create sequence photoguard.registry_changes',
    `create table photoguard.registry (
      id bigserial primary key,
      change bigint not null default nextval('photoguard.registry_changes'),
      tenant text not null,
      hash bytea not null,
      quality integer,
      statement jsonb not null,
      deleted boolean not null default false,
      created timestamptz not null default now()
    )`,
    'create unique index on photoguard.registry (change)',
    `create table photoguard.audit (
      seq bigserial primary key,
      at timestamptz not null default now(),
      tenant text not null,
      key text not null,
      action text not null,
      subject text not null
    )`,
    // Lost when the database crashes, which does no harm.
    `create unlogged table photoguard.rates (
      key text not null,
      minute timestamptz not null,
      count integer not null,
      primary key (key, minute)
    )`,
  ],
  [
    'alter table photoguard.keys add expires timestamptz',
    `create table photoguard.webhooks (
      id uuid primary key,
      tenant text not null,
      url text not null,
      secret text not null,
      created timestamptz not null default now()
    )`,
    'create index on photoguard.webhooks (tenant)',
    `create table photoguard.deliveries (
      id uuid primary key,
      webhook uuid not null references photoguard.webhooks on delete cascade,
      immunization uuid not null references photoguard.immunizations (id) on delete cascade,
      event text not null,
      body text not null,
      state text not null default 'waiting',
      attempts integer not null default 0,
      error text,
      created timestamptz not null default now()
    )`,
    'create index on photoguard.deliveries (webhook, created)',
    'create index on photoguard.deliveries (immunization)',
    // What waits is few, what ended may be millions.
    `create index on photoguard.immunizations (tenant) where state in ('queued', 'running')`,
    'create index on photoguard.immunizations (state)',
  ],
  [
    'alter table photoguard.registry add column bank text',
    `create table photoguard.banks (
      tenant text not null,
      name text not null,
      ratio real not null,
      primary key (tenant, name)
    )`,
    'create table photoguard.manifests (entry bigint primary key, id text not null, store bytea not null)',
    'create index on photoguard.manifests (id)',
  ],
  [
    // Seconds since 1970 from which on an entry of a bank counts; 0: never, 1: always.
    `alter table photoguard.registry
       add column counts_from bigint not null default 1, add column note text, add column metadata jsonb`,
  ],
  // Any number from 0 to 1: the smallest of them are too small for `real`.
  ['alter table photoguard.banks alter column ratio type double precision'],
];

// Any number that no other program uses for this.
const LOCK = 0x70_67_01;

/** Brings the tables up to date. */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await sql.query('create schema if not exists photoguard');
    await sql.query('create table if not exists photoguard.steps (step integer primary key)');
    const [{ done }] = (await sql.query<{ done: number }>('select count(*)::int as done from photoguard.steps')) as [
      { done: number },
    ];
    for (const [step, statements] of STEPS.entries()) {
      if (step < done) continue;
      for (const statement of statements) await sql.query(statement);
      await sql.query('insert into photoguard.steps values ($1)', [step]);
    }
  });
}
