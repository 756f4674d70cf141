// startCore for Node: the core in a worker thread, its vault in a folder.
import { Worker } from 'node:worker_threads';
import { WorkerCore, type WorkerLink, type WorkerOptions } from '../worker_core.js';

export function startCore(folder: string, options: Omit<WorkerOptions, 'vault'> & { worker?: URL; workerData?: unknown } = {}): WorkerCore {
  const { worker: entry = new URL('./worker.js', import.meta.url), workerData, ...rest } = options;
  const worker = new Worker(entry, { workerData });
  const link: WorkerLink = {
    post: (message) => worker.postMessage(message),
    listen: (listener) => void worker.on('message', listener),
    onFault: (listener) => {
      worker.on('error', (fault) => listener(String(fault)));
      worker.on('exit', (code) => listener(`the worker ended with ${code}`));
    },
    end: () => void worker.terminate(),
  };
  return new WorkerCore(link, { ...rest, vault: folder });
}
