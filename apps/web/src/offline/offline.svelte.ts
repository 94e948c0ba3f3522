// The page without a network: registers the service worker, and knows whether everything is kept.

const RELOADED = 'photoguard-reloaded';

/** See the head of this file. */
class Offline {
  /** Whether there is a service worker that answers this page. */
  here = $state(false);
  /** Whether everything is kept that the page needs. */
  ready = $state(false);
  /** Whether the page asks nobody, not even its own server. */
  only = $state(false);

  /**
   * Starts. On a host without the headers for threads, the page is loaded once more: then the service worker sets them.
   * @param idle whether nothing would be lost by that
   */
  async start(idle: () => boolean): Promise<void> {
    if (!('serviceWorker' in navigator) || location.protocol === 'file:') return;
    try {
      await navigator.serviceWorker.register(new URL('service-worker.js', document.baseURI), {
        updateViaCache: 'none',
      });
      await navigator.serviceWorker.ready;
    } catch {
      return; // a private window, or a host without https: the page works as long as it has a network
    }
    if (!navigator.serviceWorker.controller)
      await new Promise((resolve) =>
        navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
      );
    if (!crossOriginIsolated && idle() && isFirst()) {
      location.reload();
      return;
    }
    this.here = true;
    this.leave();
    this.only = await ask('state');
    const { saveData } = (navigator as { connection?: { saveData?: boolean } }).connection ?? {};
    if (!saveData) this.ready = await ask('keep');
  }

  /** The page goes, or another one went: results of tabs that are closed are deleted, in a while. */
  leave(): void {
    if (this.here) navigator.serviceWorker.controller?.postMessage('tidy');
  }

  /** Sets `only`. */
  async set(only: boolean): Promise<void> {
    await ask(only ? 'offline' : 'online');
    this.only = only;
  }
}

/** Whether the page was not loaded again before; false where that cannot be remembered. */
function isFirst(): boolean {
  try {
    const before = sessionStorage.getItem(RELOADED);
    sessionStorage.setItem(RELOADED, 'yes');
    return before === null;
  } catch {
    return false;
  }
}

function ask(message: 'keep' | 'state' | 'offline' | 'online'): Promise<boolean> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<boolean>) => resolve(data);
    navigator.serviceWorker.controller!.postMessage(message, [port2]);
  });
}

/** See the head of this file. */
export const offline = new Offline();
