// The worker: everything heavy happens here, one question after another. The page stays free for people.
import { PhotoGuardError } from 'photoguard/errors';
import { check } from './check.ts';
import { compare } from './compare.ts';
import { closeEngine, lastDevice, leaveCard } from './engine.ts';
import { withFallback } from './fallback.ts';
import type { Answers, Ask, Failure, FromWorker, Step, ToWorker } from './messages.ts';
import { protect } from './protect.ts';
import { settingsOf } from './settings.ts';
import { inTurn } from './turn.ts';

const stops = new Map<number, AbortController>();
let turn: Promise<unknown> = Promise.resolve();

const FALLBACKS = { device: lastDevice, leaveCard, restart: closeEngine };

const say = (message: FromWorker): void => postMessage(message);

async function answer(ask: Ask, tell: (step: Step) => void, signal: AbortSignal): Promise<Answers[Ask['kind']]> {
  switch (ask.kind) {
    case 'protect':
      return inTurn(
        () => withFallback(ask, (one) => protect(one, tell, signal), FALLBACKS),
        () => tell({ phase: 'queued', share: 0 }),
        signal,
      );
    case 'compare':
      return compare(ask);
    case 'check':
      return check(ask, tell, signal);
    case 'sees':
      return (await import('./sees.ts')).sees(ask, tell, signal);
    case 'edit':
      return (await import('./edit.ts')).edit(ask, tell, signal);
    case 'preview':
      return (await import('./preview.ts')).preview(ask, tell, signal);
    case 'settings':
      return settingsOf(ask.search);
  }
}

async function work(id: number, ask: Ask, { signal }: AbortController): Promise<void> {
  try {
    signal.throwIfAborted();
    say({ id, answer: await answer(ask, (step) => say({ id, step }), signal) });
  } catch (error) {
    if (!signal.aborted) {
      // A device that is lost or full stays so: the next photo begins with a new one.
      const isEngine = error instanceof PhotoGuardError && (error.code === 'device' || error.code === 'memory');
      if (isEngine || !(error instanceof PhotoGuardError)) await closeEngine();
    }
    say({ id, error: signal.aborted ? { code: 'aborted', message: 'stopped on request' } : failureOf(error) });
  } finally {
    stops.delete(id);
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof PhotoGuardError) return { code: error.code, message: error.message };
  if (error instanceof RangeError && /alloc|memory|length/i.test(error.message))
    return { code: 'memory', message: 'the browser has not enough memory for this photo' };
  return { message: error instanceof Error ? error.message : String(error) };
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if ('stop' in data) {
    stops.get(data.id)?.abort();
    return;
  }
  const stop = new AbortController();
  stops.set(data.id, stop);
  turn = turn.then(() => work(data.id, data.ask, stop));
});
