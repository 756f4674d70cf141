// WorkerCore: the core as WebAssembly in a worker of this page. Its vault lies in the origin's private file system;
// one page at a time has it (another one is told vault.locked).
import type { Arguments, Core, CoreEvent, Method, OpenOptions, Params, RequestOptions, Result, State } from './core.js';
import { GandanError, unwrap } from './error.js';
import type { Failure, VaultUnlockResult } from './generated/api.js';
import { Fetcher, kControlBytes, kWordCancel } from './network.js';
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
  id: number;
  call: Call;
  resolve(value: unknown): void;
  reject(fault: GandanError): void;
}

export class WorkerCore implements Core {
  readonly #link: WorkerLink;
  readonly #listeners = new Set<(event: CoreEvent) => void>();
  readonly #queue: Waiting[] = []; // the first one is with the worker
  readonly #control: Int32Array | undefined;
  #last = 0;
  #ended: GandanError | undefined;

  constructor(link: WorkerLink, options: WorkerOptions = {}) {
    this.#link = link;
    // Memory is shared where the page is isolated (COOP and COEP), and in Node.
    const shared = typeof SharedArrayBuffer === 'undefined' ? undefined : new SharedArrayBuffer(kControlBytes);
    this.#control = shared === undefined ? undefined : new Int32Array(shared);
    const fetcher = this.#control === undefined ? undefined : new Fetcher(this.#control);
    link.listen((message) => {
      if ('event' in message) {
        const event = JSON.parse(message.event) as CoreEvent;
        for (const listener of this.#listeners) listener(event);
      } else if ('id' in message) this.#answered(message);
      else fetcher?.take(message);
    });
    link.onFault((detail) => this.#end(GandanError.of('internal', detail)));
    const { vault = 'vault', auto_lock = 300 } = options;
    const control = shared === undefined ? {} : { control: shared };
    void this.#call({ name: 'start', options: { vault, auto_lock, ...control } }).catch(() => undefined);
  }

  async state(): Promise<State> {
    return (await this.#call({ name: 'state' })) as State;
  }

  async open(options: OpenOptions): Promise<VaultUnlockResult> {
    return unwrap(JSON.parse((await this.#call({ name: 'open', json: JSON.stringify(options) })) as string)) as VaultUnlockResult;
  }

  async request<M extends Method>(method: M, ...rest: Arguments<M>): Promise<Result<M>> {
    const [params, options] = rest as [Params<M> | undefined, RequestOptions | undefined];
    const background = options?.background === true ? { background: true } : {};
    const json = JSON.stringify({ method, params: params ?? {}, ...background });
    return unwrap(JSON.parse((await this.#call({ name: 'request', json }, options?.signal)) as string)) as Result<M>;
  }

  cancel(): void {
    const running = this.#queue[0];
    if (running?.call.name === 'request') this.#stop(running.id);
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
      const abort = (): void => this.#drop(id);
      signal?.addEventListener('abort', abort);
      const done = (): void => signal?.removeEventListener('abort', abort);
      this.#queue.push({
        id,
        call,
        resolve: (value) => (done(), resolve(value)),
        reject: (fault) => (done(), reject(fault)),
      });
      if (this.#queue.length === 1) this.#link.post({ id, call });
    });
  }

  #answered(message: { id: number; value: unknown } | { id: number; failure: Failure }): void {
    const first = this.#queue[0];
    if (first === undefined || first.id !== message.id) return;
    this.#queue.shift();
    if ('failure' in message) first.reject(new GandanError(message.failure));
    else first.resolve(message.value);
    const next = this.#queue[0];
    if (next !== undefined && this.#ended === undefined) this.#link.post({ id: next.id, call: next.call });
  }

  // What runs ends at its next safe point, what waits at once.
  #drop(id: number): void {
    const at = this.#queue.findIndex((one) => one.id === id);
    if (at === 0) this.#stop(id);
    else if (at > 0) this.#queue.splice(at, 1)[0]?.reject(GandanError.of('cancelled'));
  }
  #stop(id: number): void {
    if (this.#control !== undefined) Atomics.store(this.#control, kWordCancel, id);
  }

  #end(fault: GandanError): void {
    this.#ended ??= fault;
    for (const one of this.#queue.splice(0)) one.reject(this.#ended);
    this.#link.end();
  }
}
