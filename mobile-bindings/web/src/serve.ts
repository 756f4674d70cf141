// serve: the worker's half of WorkerCore. Calls are done in order, each answered; while a sync waits for the network
// those pass it that bring in nobody else's work. What the module needs of the outside (files, clock, its own code) is
// the environment's, so that Node and the browser differ there only.
import type { Compiled, Host, ModuleFactory, SyncStep } from './engine.js';
import { Engine } from './engine.js';
import { GandanError } from './error.js';
import { coreVersion, type Failure } from './generated/api.js';
import { exchange } from './network.js';
import type { Pool } from './pool.js';

export interface Storage {
  readonly pool: Pool;
  // Opens handles until so many are free.
  reserve(free: number): Promise<void>;
}

export interface Environment {
  // Throws GandanError vault.locked where another has it open.
  storage(vault: string): Promise<Storage>;
  // Asked for once the storage is there and a page knows its state: compiling takes all of a small phone.
  module(): Promise<{ factory: ModuleFactory; compiled: Compiled }>;
  now(): number;
  monotonic(): number;
  offline?: boolean; // there is no network: sync.run says net.none
}

export interface Port {
  post(message: FromWorker): void;
  listen(listener: (message: ToWorker) => void): void;
}

export interface StartOptions {
  vault: string; // empty: none
  auto_lock: number;
  cancel?: SharedArrayBuffer; // one word: the call that is to end, also while this worker is busy with it
}
export type Call =
  | { name: 'start'; options: StartOptions }
  | { name: 'state' }
  | { name: 'open'; json: string }
  | { name: 'request'; method: string; json: string }
  | { name: 'putFile'; file: string; content: Uint8Array }
  | { name: 'putFolder'; files: Map<string, Uint8Array> }
  | { name: 'newPath'; file: string }
  | { name: 'getFile'; path: string }
  | { name: 'dropFile'; path: string }
  | { name: 'close' };
export type ToWorker = { id: number; call: Call } | { cancel: number };
export type FromWorker =
  | { id: number; value: unknown }
  | { id: number; failure: Failure }
  | { event: string };

// Any of them, and there is a vault, as the core sees it (Vault::is_in).
const kVaultFiles = ['vault.db', 'vault.key', 'vault.wiped'];
// The vault makes no more files than these within one request.
const kFreeHandles = 6;
// A little later than the notebook says, so that its clock agrees.
const kLockSlack = 20; // ms
const kLockIfIdle = '{"method":"vault.lock","params":{"if_idle":true},"background":true}';

// These may be done while a sync waits for its answer (core/sync/steps.hpp).
const kPasses =
  /^(record|attachment|conflict|duplicate|number|holder)\.|\.(info|list|held|register)$|^(app\.version|bundle\.export|report\.period|search|status|vault\.lock|vault\.unlock|vault\.auto_lock)$/;
const passes = (call: Call): boolean => call.name !== 'request' || kPasses.test(call.method);

export function serve(port: Port, environment: Environment): void {
  const server = new Server(port, environment);
  port.listen((message) => server.take(message));
}

class Server {
  readonly #port: Port;
  readonly #environment: Environment;
  readonly #queue: { id: number; call: Call }[] = [];
  #options: StartOptions | undefined;
  #engine: Engine | undefined;
  #starting: Promise<Engine> | undefined;
  #storage: Promise<Storage> | undefined;
  #working = false;
  #running = 0;
  #syncing: { id: number; end: AbortController } | undefined;
  #open = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #broken: GandanError | undefined; // the module trapped: what it had in memory is not to be trusted

  constructor(port: Port, environment: Environment) {
    this.#port = port;
    this.#environment = environment;
  }

  take(message: ToWorker): void {
    if ('cancel' in message) return this.#cancel(message.cancel);
    this.#queue.push(message);
    void this.#work();
  }

  // What waits, at once; a sync that waits for the network, too.
  #cancel(id: number): void {
    if (this.#syncing?.id === id) this.#syncing.end.abort();
    const at = this.#queue.findIndex((one) => one.id === id);
    if (at < 0) return;
    this.#queue.splice(at, 1);
    this.#fail(id, GandanError.of('cancelled'));
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (;;) {
      const at = this.#queue.findIndex(({ call }) => this.#syncing === undefined || passes(call));
      const next = at < 0 ? undefined : this.#queue.splice(at, 1)[0];
      if (next === undefined) break;
      await this.#run(next.id, async () => {
        const { call } = next;
        if (call.name !== 'request' || call.method !== 'sync.run' || this.#environment.offline === true) return { value: await this.#do(call) };
        const engine = await this.#started();
        const step = engine.syncStart(call.json);
        if ('answer' in step) return { value: await this.#asked(step.answer) };
        void this.#sync(next.id, engine, step, (JSON.parse(call.json) as { params: { server: string } }).params.server);
        return undefined;
      });
    }
    this.#working = false;
  }

  // Exchanges until it is over; between them the queue goes on.
  async #sync(id: number, engine: Engine, first: SyncStep, server: string): Promise<void> {
    const end = new AbortController();
    this.#syncing = { id, end };
    let step = first;
    while ('call' in step && this.#engine === engine && this.#broken === undefined) {
      const answer = await exchange(server, step.call, end.signal);
      await this.#run(id, async () => {
        if (this.#engine !== engine) throw GandanError.of('vault.closed', 'the core was closed');
        step = engine.syncContinue(answer);
        return 'answer' in step ? { value: await this.#asked(step.answer) } : undefined;
      });
    }
    this.#syncing = undefined;
    void this.#work();
  }

  // Answers the call with what `work` gives, or its error; with nothing where it goes on.
  async #run(id: number, work: () => Promise<{ value: unknown } | undefined>): Promise<void> {
    this.#running = id;
    try {
      if (this.#broken !== undefined) throw this.#broken;
      const done = await work();
      if (done !== undefined) this.#port.post({ id, value: done.value });
    } catch (fault) {
      const known = fault instanceof GandanError || this.#engine === undefined;
      const error = fault instanceof GandanError ? fault : GandanError.of('internal', `the core stopped: ${String(fault)}`);
      if (!known) this.#broken = error;
      this.#fail(id, error);
    }
  }
  #fail(id: number, { code, vi, en, retry, exit, detail, fields }: GandanError): void {
    this.#port.post({ id, failure: { code, vi, en, retry, exit, detail, fields: [...fields] } });
  }

  // Where it fails, with the next call again: another page may have gone meanwhile.
  #started(): Promise<Engine> {
    this.#starting ??= this.#start().catch((fault: unknown) => {
      this.#starting = undefined;
      throw fault;
    });
    return this.#starting;
  }
  // The vault's files, which stay open whatever is found wrong with them.
  async #stored(): Promise<Storage | undefined> {
    if (this.#options === undefined) throw new Error('not told what to start');
    if (this.#options.vault === '') return undefined;
    this.#storage ??= this.#environment.storage(this.#options.vault).catch((fault: unknown) => {
      this.#storage = undefined;
      throw fault;
    });
    const storage = await this.#storage;
    if (storage.pool.damaged !== 0 && storage.pool.find('vault.db') === undefined)
      throw GandanError.of('vault.damaged', `${storage.pool.damaged} files without a readable head`);
    return storage;
  }

  async #do(call: Call): Promise<unknown> {
    if (call.name === 'start') {
      this.#options = call.options;
      void this.#started().catch(() => undefined); // who asks for something is told
      return undefined;
    }
    if (call.name === 'state') {
      // Told before the module is there: a person types the passphrase meanwhile.
      const pool = (await this.#stored())?.pool;
      return { vault: pool !== undefined && kVaultFiles.some((name) => pool.find(name) !== undefined), open: this.#open, version: coreVersion };
    }
    if (call.name === 'close') return this.#close();
    const engine = await this.#started();
    switch (call.name) {
      case 'open':
        return this.#asked(engine.open(call.json));
      case 'request':
        return this.#asked(engine.request(call.json));
      case 'putFile':
        return engine.putFile(call.file, call.content);
      case 'putFolder':
        return engine.putFolder(call.files);
      case 'newPath':
        return engine.newPath(call.file);
      case 'getFile': {
        const content = engine.getFile(call.path);
        if (content === undefined) throw GandanError.of('file.unreadable', call.path);
        return content;
      }
      case 'dropFile':
        return engine.dropFile(call.path);
    }
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#syncing?.end.abort();
    (await this.#starting?.catch(() => undefined))?.stop();
    (await this.#storage?.catch(() => undefined))?.pool.close();
    this.#engine = undefined;
    this.#starting = undefined;
    this.#storage = undefined;
  }

  async #start(): Promise<Engine> {
    const storage = await this.#stored();
    await new Promise((resolve) => setTimeout(resolve)); // who waits for the state has it first
    await storage?.reserve(kFreeHandles);
    const { factory, compiled } = await this.#environment.module();
    const { now, monotonic } = this.#environment;
    const shared = this.#options?.cancel;
    const cancel = shared === undefined ? undefined : new Int32Array(shared);
    const host: Host = {
      now,
      monotonic,
      event: (json) => {
        this.#port.post({ event: json });
        return cancel !== undefined && Atomics.load(cancel, 0) === this.#running;
      },
    };
    return (this.#engine = await Engine.start(factory, compiled, storage?.pool, host, this.#options?.auto_lock));
  }

  // The state that follows is known before the answer leaves.
  async #asked(answer: string): Promise<string> {
    this.#look();
    await (await this.#storage)?.reserve(kFreeHandles);
    return answer;
  }

  // Locks when it is time to; finds out when it will be, and whether the vault is open.
  #look(timed = false): void {
    clearTimeout(this.#timer);
    if (this.#engine === undefined || this.#broken !== undefined) return;
    const answer = JSON.parse(this.#engine.request(kLockIfIdle)) as { ok?: { locked: boolean; after_ms?: number } };
    const wasOpen = this.#open;
    this.#open = answer.ok?.locked === false;
    if (timed && wasOpen && !this.#open) this.#port.post({ event: '{"method":"vault.lock","locked":true}' });
    const after = answer.ok?.after_ms;
    if (after !== undefined) this.#timer = setTimeout(() => this.#look(true), after + kLockSlack);
  }
}
