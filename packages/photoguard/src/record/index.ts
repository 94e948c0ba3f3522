/*
 * The record room: what the program writes into an immunized photo's XMP (record.ts), and how it is written and read
 * (xmp-record.ts); what others wrote there about data mining (data-mining.ts). Runs in browsers too.
 */
export { readDataMining } from './data-mining.ts';
export { sha256OfPixels } from './pixels-hash.ts';
export type { ImmunizationRecord, RecordedModel } from './record.ts';
export { parseRecord, recordText } from './record.ts';
export { type Recorded, recorded } from './recorded.ts';
export type { FoundRecord } from './xmp-record.ts';
export { readRecord, withoutRecord, withRecord } from './xmp-record.ts';
