// Core: what a screen asks of Gần Dân, wherever the core runs: as WebAssembly in a worker (WorkerCore), or in a
// program on this machine (HttpCore). Methods, their parameters and results: schema/api/gandan.openrpc.json.
//
//   await core.open({ passphrase });
//   const { records } = await core.request('record.list', { kind: 'mobilisation_visit', limit: 50 });
//
// Requests are answered one after another, in the order in which they were made; none blocks the caller. A save is
// on the disk when its promise is kept. Whatever fails throws a GandanError.
import type { Bare, Methods, VaultUnlockResult } from './generated/api.js';

export type Method = keyof Methods;
export type Params<M extends Method> = Methods[M]['params'];
export type Result<M extends Method> = Methods[M]['result'];

export interface State {
  vault: boolean; // there is one; else open() with `create` makes it
  open: boolean; // and it is unlocked
  version: string; // of the core
}

// For the vault, in bytes: of what the browser gives this origin, or of the disk under `gandan app`.
export interface Room {
  free: number;
  size: number;
}

// One of these opens a vault that is locked, as vault.unlock does.
export interface OpenOptions {
  passphrase?: string; // of a new vault: 8 characters at least
  recovery?: string;
  pin?: string; // with `holder`
  holder?: string;
  keystore?: string; // 64 hexadecimal digits
  raw_key?: string; // 64 hexadecimal digits: the key of the pages itself, kept by the shell; WorkerCore only
  create?: boolean; // makes a vault where there is none
}

export interface RequestOptions {
  background?: boolean; // a timer asks, not a person: it does not put off the auto-lock
  signal?: AbortSignal; // ends the request at its next safe point, with code "cancelled"
}

// Progress of a long request: {"method", …counters…}; and {"method": "vault.lock", "locked": true} when the vault has
// locked itself.
export interface CoreEvent {
  method: string;
  [counter: string]: unknown;
}

export interface Core {
  state(): Promise<State>;
  room(): Promise<Room | undefined>; // undefined: nobody says
  open(options: OpenOptions): Promise<VaultUnlockResult>;
  request<M extends Method>(method: M, ...rest: Arguments<M>): Promise<Result<M>>;
  // Ends the request that runs now at its next safe point.
  cancel(): void;
  // Until the returned function is called.
  events(listener: (event: CoreEvent) => void): () => void;

  // Files that requests name by path: attachments to add, bundles to import, prints to read. They are a place to hand
  // things over, not to keep them: what is there may be gone when the page or the program is.
  putFile(name: string, content: Blob): Promise<string>; // the path for a request
  newPath(name: string): Promise<string>; // where a request may write: then getFile
  getFile(path: string): Promise<Blob>;
  dropFile(path: string): Promise<void>;

  // Ends it; the vault is closed first. Nothing may be asked after this.
  close(): Promise<void>;
}

// Parameters may be left out where the method needs none.
export type Arguments<M extends Method> = M extends Bare
  ? [params?: Params<M>, options?: RequestOptions]
  : [params: Params<M>, options?: RequestOptions];
