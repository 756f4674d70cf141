// WorkerCore: the core as WebAssembly in a worker of this page. Its vault lies in the origin's private file system;
// one page at a time has it (another one is told vault.locked).
import type { Arguments, Core, CoreEvent, Method, OpenOptions, Params, RequestOptions, Result, Room, State } from './core.js';
import { GandanError, unwrap } from './error.js';
import type { Failure, VaultUnlockResult } from './generated/api.js';
import type { Call, FromWorker, ToWorker } from './serve.js';

// A worker, the browser's or Node's.
export interface WorkerLink {
  post(message: ToWorker): void;
  listen(listener: (message: FromWorker) => void): void;
  onFault(listener: (detail: string) => void): void;
  end(): void;
}

export interface WorkerOptions {
  vault?: string; // a name of its own for a second vault of this origin
  auto_lock?: number; // seconds without a person's request, unless the vault says otherwise; 0: never
}

interface Waiting {
  request: boolean;
  resolve(value: unknown): void;
  reject(fault: GandanError): void;
}

export class WorkerCore implements Core {
  readonly #link: WorkerLink;
  readonly #listeners = new Set<(event: CoreEvent) => void>();
  readonly #waiting = new Map<number, Waiting>(); // by id, in the order in which they were asked
  readonly #cancel: Int32Array | undefined; // the id of what is to end, for a worker that is busy
  #last = 0;
  #ended: GandanError | undefined;

  constructor(link: WorkerLink, options: WorkerOptions = {}) {
    this.#link = link;
    link.listen((message) => {
      if ('event' in message) {
        const event = JSON.parse(message.event) as CoreEvent;
        for (const listener of this.#listeners) listener(event);
      } else this.#answered(message);
    });
    link.onFault((detail) => this.#end(GandanError.of('internal', detail)));
    const { vault = 'vault', auto_lock = 300 } = options;
    // Memory is shared where the page is isolated (COOP and COEP), and in Node.
    const cancel = typeof SharedArrayBuffer === 'undefined' ? undefined : new SharedArrayBuffer(4);
    this.#cancel = cancel === undefined ? undefined : new Int32Array(cancel);
    void this.#call({ name: 'start', options: { vault, auto_lock, ...(cancel === undefined ? {} : { cancel }) } }).catch(() => undefined);
  }

  async state(): Promise<State> {
    return (await this.#call({ name: 'state' })) as State;
  }

  async room(): Promise<Room | undefined> {
    if (typeof navigator === 'undefined') return undefined; // Node before 21
    const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
    return quota === 0 ? undefined : { free: Math.max(0, quota - usage), size: quota };
  }

  async open(options: OpenOptions): Promise<VaultUnlockResult> {
    return unwrap(JSON.parse((await this.#call({ name: 'open', json: JSON.stringify(options) })) as string)) as VaultUnlockResult;
  }

  async request<M extends Method>(method: M, ...rest: Arguments<M>): Promise<Result<M>> {
    const [params, options] = rest as [Params<M> | undefined, RequestOptions | undefined];
    const background = options?.background === true ? { background: true } : {};
    const call = { name: 'request', method, json: JSON.stringify({ method, params: params ?? {}, ...background }) } as const;
    return unwrap(JSON.parse((await this.#call(call, options?.signal)) as string)) as Result<M>;
  }

  cancel(): void {
    for (const [id, { request }] of this.#waiting) if (request) return this.#stop(id);
  }

  events(listener: (event: CoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async putFile(name: string, content: Blob): Promise<string> {
    const bytes = new Uint8Array(await content.arrayBuffer());
    return (await this.#call({ name: 'putFile', file: name, content: bytes })) as string;
  }
  // A folder of files, by their paths in it, for schema.check and schema.publish.
  async putFolder(files: ReadonlyMap<string, Blob>): Promise<string> {
    const read = new Map<string, Uint8Array>();
    for (const [path, content] of files) read.set(path, new Uint8Array(await content.arrayBuffer()));
    return (await this.#call({ name: 'putFolder', files: read })) as string;
  }
  async newPath(name: string): Promise<string> {
    return (await this.#call({ name: 'newPath', file: name })) as string;
  }
  async getFile(path: string): Promise<Blob> {
    return new Blob([(await this.#call({ name: 'getFile', path })) as Uint8Array<ArrayBuffer>]);
  }
  async dropFile(path: string): Promise<void> {
    await this.#call({ name: 'dropFile', path });
  }

  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    await this.#call({ name: 'close' }).catch(() => undefined);
    this.#end(GandanError.of('vault.closed', 'the core was closed'));
  }

  #call(call: Call, signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) return reject(this.#ended);
      if (signal?.aborted === true) return reject(GandanError.of('cancelled'));
      const id = ++this.#last;
      const abort = (): void => this.#stop(id);
      signal?.addEventListener('abort', abort);
      const done = (): void => signal?.removeEventListener('abort', abort);
      this.#waiting.set(id, {
        request: call.name === 'request',
        resolve: (value) => (done(), resolve(value)),
        reject: (fault) => (done(), reject(fault)),
      });
      this.#link.post({ id, call });
    });
  }

  #answered(message: { id: number; value: unknown } | { id: number; failure: Failure }): void {
    const one = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('failure' in message) one?.reject(new GandanError(message.failure));
    else one?.resolve(message.value);
  }

  // What waits ends at once, what runs at its next safe point.
  #stop(id: number): void {
    if (this.#cancel !== undefined) Atomics.store(this.#cancel, 0, id);
    this.#link.post({ cancel: id });
  }

  #end(fault: GandanError): void {
    this.#ended ??= fault;
    for (const one of this.#waiting.values()) one.reject(this.#ended);
    this.#waiting.clear();
    this.#link.end();
  }
}
