// The package: see core.ts.
export type { Arguments, Core, CoreEvent, Method, OpenOptions, Params, RequestOptions, Result, State } from './core.js';
export { GandanError } from './error.js';
export { HttpCore } from './http_core.js';
export * from './generated/api.js';
