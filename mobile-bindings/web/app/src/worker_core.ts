// The core as WebAssembly in a worker of this page.
import { startCore, type Core } from 'gandan';

export const workerCore = (): Core => startCore();
