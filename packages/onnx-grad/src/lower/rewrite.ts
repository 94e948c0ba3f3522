// Tables of rewrites.
import type { WriteNode } from '../graph/map.ts';

/** The node's outputs in other operators; undefined if the device runs this form of it. */
export type Rewrite = WriteNode;

/** Rewrites by operator, qualified `domain::name` outside the standard domain. */
export type RewriteTable = Readonly<Record<string, Rewrite>>;
