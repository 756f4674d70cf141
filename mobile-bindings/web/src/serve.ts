// serve: the worker's half of WorkerCore. Takes one message after another, each answered; what the module needs of the
// outside (files, clock, its own code) is the environment's, so that Node and the browser differ there only.
import type { Compiled, Host, HttpCall, ModuleFactory } from './engine.js';
import { Engine } from './engine.js';
import { GandanError } from './error.js';
import type { Failure } from './generated/api.js';
import { blockingHttp, kWordCancel, waitingHttp, type NetworkMessage } from './network.js';
import type { Pool } from './pool.js';

export interface Storage {
  readonly pool: Pool;
  // Opens handles until so many are free.
  reserve(free: number): Promise<void>;
}

export interface Environment {
  // Throws GandanError vault.locked where another has it open.
  storage(vault: string): Promise<Storage>;
  module(): Promise<{ factory: ModuleFactory; compiled: Compiled }>;
  now(): number;
  monotonic(): number;
}

export interface Port {
  post(message: FromWorker): void;
  listen(listener: (message: ToWorker) => void): void;
}

export interface StartOptions {
  vault: string; // empty: none
  auto_lock: number;
  control?: SharedArrayBuffer;
}
export type Call =
  | { name: 'start'; options: StartOptions }
  | { name: 'state' }
  | { name: 'open'; json: string }
  | { name: 'request'; json: string }
  | { name: 'putFile'; file: string; content: Uint8Array }
  | { name: 'putFolder'; files: Map<string, Uint8Array> }
  | { name: 'newPath'; file: string }
  | { name: 'getFile'; path: string }
  | { name: 'dropFile'; path: string }
  | { name: 'close' };
export interface ToWorker {
  id: number;
  call: Call;
}
export type FromWorker =
  | { id: number; value: unknown }
  | { id: number; failure: Failure }
  | { event: string }
  | NetworkMessage;

// The vault makes no more files than these within one request.
const kFreeHandles = 6;
// A little later than the notebook says, so that its clock agrees.
const kLockSlack = 20; // ms
const kLockIfIdle = '{"method":"vault.lock","params":{"if_idle":true},"background":true}';

export function serve(port: Port, environment: Environment): void {
  const server = new Server(port, environment);
  let turn = Promise.resolve();
  port.listen((message) => {
    turn = turn.then(() => server.take(message));
  });
}

class Server {
  readonly #port: Port;
  readonly #environment: Environment;
  #options: StartOptions | undefined;
  #engine: Engine | undefined;
  #storage: Storage | undefined;
  #running = 0;
  #open = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #broken: GandanError | undefined; // the module trapped: what it had in memory is not to be trusted

  constructor(port: Port, environment: Environment) {
    this.#port = port;
    this.#environment = environment;
  }

  async take({ id, call }: ToWorker): Promise<void> {
    this.#running = id;
    try {
      if (this.#broken !== undefined) throw this.#broken;
      this.#port.post({ id, value: await this.#do(call) });
    } catch (fault) {
      const known = fault instanceof GandanError || this.#engine === undefined;
      const error = fault instanceof GandanError ? fault : GandanError.of('internal', `the core stopped: ${String(fault)}`);
      if (!known) this.#broken = error;
      const { code, vi, en, retry, exit, detail, fields } = error;
      this.#port.post({ id, failure: { code, vi, en, retry, exit, detail, fields: [...fields] } });
    }
    this.#running = 0;
  }

  async #do(call: Call): Promise<unknown> {
    if (call.name === 'start') return void (this.#options = call.options);
    if (call.name === 'close' && this.#engine === undefined) return undefined;
    const engine = (this.#engine ??= await this.#start());
    switch (call.name) {
      case 'state':
        return { vault: engine.hasVault, open: this.#open, version: engine.version };
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
      case 'close':
        clearTimeout(this.#timer);
        engine.stop();
        this.#storage?.pool.close();
        this.#engine = undefined;
        return undefined;
    }
  }

  // With the first call; where it fails, with the next one again: another page may have gone meanwhile.
  async #start(): Promise<Engine> {
    const options = this.#options;
    if (options === undefined) throw new Error('not told what to start');
    const { now, monotonic } = this.#environment;
    if (options.vault !== '') this.#storage ??= await this.#environment.storage(options.vault);
    const storage = this.#storage;
    await storage?.reserve(kFreeHandles);
    if (storage !== undefined && storage.pool.damaged !== 0 && storage.pool.find('vault.db') === undefined)
      throw GandanError.of('vault.damaged', `${storage.pool.damaged} files without a readable head`);
    const { factory, compiled } = await this.#environment.module();
    const control = options.control === undefined ? undefined : new Int32Array(options.control);
    const running = (): number => this.#running;
    const host: Host = {
      now,
      monotonic,
      event: (json) => {
        this.#port.post({ event: json });
        return control !== undefined && Atomics.load(control, kWordCancel) === this.#running;
      },
      http:
        control === undefined
          ? (call: HttpCall) => blockingHttp(call)
          : waitingHttp(control, (message) => this.#port.post(message), running),
    };
    return Engine.start(factory, compiled, storage?.pool, host, options.auto_lock);
  }

  // The state that follows is known before the answer leaves.
  async #asked(answer: string): Promise<string> {
    this.#look();
    await this.#storage?.reserve(kFreeHandles);
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
