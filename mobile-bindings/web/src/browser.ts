// startCore: the core in a worker of this page.
//
//   const core = startCore();
//   if (!(await core.state()).vault) await core.open({ passphrase, create: true });
import { WorkerCore, type WorkerLink, type WorkerOptions } from './worker_core.js';

export function startCore(options: WorkerOptions = {}): WorkerCore {
  // What the browser may throw away when space is short is no place for a vault; it may refuse to promise.
  void navigator.storage.persist?.().catch(() => false);
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'gandan' });
  const link: WorkerLink = {
    post: (message) => worker.postMessage(message),
    listen: (listener) => {
      worker.onmessage = (event) => listener(event.data);
    },
    onFault: (listener) => {
      worker.onerror = (event) => listener(event.message);
    },
    end: () => worker.terminate(),
  };
  return new WorkerCore(link, options);
}
