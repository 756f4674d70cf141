// The package: see core.ts.
export type { Arguments, Core, CoreEvent, Method, OpenOptions, Params, RequestOptions, Result, Room, State } from './core.js';
export { GandanError } from './error.js';
export { startCore } from './browser.js';
export { HttpCore } from './http_core.js';
export { WorkerCore, type WorkerLink, type WorkerOptions } from './worker_core.js';
export * from './generated/api.js';
