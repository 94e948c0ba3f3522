// How long the page's own thread is busy at a time: that is when frames are missed, and buttons do not answer.
import type { Browser } from 'playwright-core';

/** What of Chromium's trace is looked at. Times are in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Time on a core. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * Milliseconds that each task of pages' main threads computes while something is done, the longest first. They are time on a
 * core: what else the machine does makes them no longer.
 */
export async function mainThreadTasks(browser: Browser, act: () => Promise<void>): Promise<number[]> {
  await browser.startTracing(undefined, { categories: ['-*', '__metadata', 'toplevel'] });
  let trace: Buffer;
  try {
    await act();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const named = (what: string, as: string) =>
    traceEvents.filter(({ name, args }) => name === what && args?.name === as);
  // Chromium's own windows are rendered by others.
  const renderers = new Set(named('process_name', 'Renderer').map(({ pid }) => pid));
  const mains = new Set(
    named('thread_name', 'CrRendererMain').flatMap((one) => (renderers.has(one.pid) ? threadOf(one) : [])),
  );
  return traceEvents
    .flatMap((event) => (event.tdur !== undefined && mains.has(threadOf(event)) ? event.tdur / 1000 : []))
    .sort((a, b) => b - a);
}
