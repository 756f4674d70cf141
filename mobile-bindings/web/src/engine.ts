// Engine: the module (mobile-bindings/web/module) with a pool of files and a host: texts of JSON in and out. It blocks
// while it works, so it lives in a worker (serve.ts).
import type { ErrorCode } from './generated/api.js';
import type { Pool } from './pool.js';
import { poolFs, type EmscriptenFs } from './pool_fs.js';

// One exchange with the server, of a sync.
export interface HttpCall {
  verb: string;
  target: string; // path and query
  bearer: string; // empty: none
  limit: number; // bytes of the answer
  body: Uint8Array;
}
export type HttpAnswer = { status: number; body: Uint8Array } | { error: ErrorCode };
export type SyncStep = { call: HttpCall } | { answer: string };

export interface Host {
  now(): number; // ms since 1970
  monotonic(): number; // ms
  event(json: string): boolean; // true: the request that runs is to end
}

export interface Module {
  FS: EmscriptenFs;
  _malloc(size: number): number;
  _free(place: number): void;
  UTF8ToString(place: number): string;
  stringToUTF8(text: string, place: number, size: number): void;
  lengthBytesUTF8(text: string): number;
  _gandan_start(json: number): number;
  _gandan_open(json: number): number;
  _gandan_request(json: number): number;
  HEAPU8: Uint8Array;
  _gandan_sync_start(json: number): number;
  _gandan_sync_continue(status: number, error: number, body: number, size: number): number;
  _gandan_sync_body(): number;
  _gandan_sync_body_size(): number;
  _gandan_stop(): void;
}
// What gandan.mjs exports.
export type ModuleFactory = (options: object) => Promise<Module>;
export type Compiled = WebAssembly.Module;

const kFolder = '/vault';
const kFiles = '/files';

export class Engine {
  readonly #module: Module;
  #files = 0;

  private constructor(module: Module) {
    this.#module = module;
  }

  // Fails with a text when the core does not start.
  // Without a pool only what needs no vault is answered.
  static async start(factory: ModuleFactory, compiled: Compiled, pool: Pool | undefined, host: Host, auto_lock = 0): Promise<Engine> {
    const module = await factory({
      host,
      instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => {
        void WebAssembly.instantiate(compiled, imports).then(done);
        return {};
      },
    });
    if (pool !== undefined) {
      module.FS.mkdirTree(kFolder);
      module.FS.mount(poolFs(module.FS, pool), {}, kFolder);
    }
    module.FS.mkdirTree(kFiles);
    const engine = new Engine(module);
    const fault = engine.#call('_gandan_start', JSON.stringify({ folder: pool === undefined ? '' : kFolder, auto_lock }));
    if (fault !== '') throw new Error(fault);
    return engine;
  }

  open(json: string): string {
    return this.#call('_gandan_open', json);
  }
  request(json: string): string {
    return this.#call('_gandan_request', json);
  }
  stop(): void {
    this.#module._gandan_stop();
  }

  // Each file has a folder of its own, so that it keeps its name.
  newPath(name: string): string {
    const folder = `${kFiles}/${++this.#files}`;
    this.#module.FS.mkdirTree(folder);
    return `${folder}/${name.replace(/[/\\\0]/g, '_') || '_'}`;
  }
  putFile(name: string, content: Uint8Array): string {
    const path = this.newPath(name);
    this.#module.FS.writeFile(path, content);
    return path;
  }
  putFolder(files: ReadonlyMap<string, Uint8Array>): string {
    const folder = `${kFiles}/${++this.#files}`;
    for (const [name, content] of files) {
      const path = `${folder}/${name}`;
      if (name.split('/').includes('..')) throw new Error('a path that leads out of the folder');
      this.#module.FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
      this.#module.FS.writeFile(path, content);
    }
    return folder;
  }
  // Absent: there is none.
  getFile(path: string): Uint8Array | undefined {
    if (!isFile(path)) return undefined;
    try {
      return this.#module.FS.readFile(path);
    } catch {
      return undefined;
    }
  }
  dropFile(path: string): void {
    if (!isFile(path)) return;
    try {
      this.#module.FS.unlink(path);
      this.#module.FS.rmdir(path.slice(0, path.lastIndexOf('/')));
    } catch {
      // It was gone, or its folder holds another.
    }
  }

  // sync.run, one exchange after another; in between other requests may be made.
  syncStart(json: string): SyncStep {
    return this.#step(this.#call('_gandan_sync_start', json));
  }
  syncContinue(answer: HttpAnswer): SyncStep {
    const module = this.#module;
    const [status, error, body] = 'error' in answer ? [0, answer.error, new Uint8Array()] : [answer.status, '', answer.body];
    const place = module._malloc(body.length + 1);
    if (place === 0) throw new Error('out of memory');
    module.HEAPU8.set(body, place);
    try {
      return this.#step(this.#texts([error], (text) => module._gandan_sync_continue(status, text!, place, body.length)));
    } finally {
      module._free(place);
    }
  }
  #step(said: string): SyncStep {
    if (!said.startsWith('{"call":')) return { answer: said };
    const { call } = JSON.parse(said) as { call: Omit<HttpCall, 'body'> };
    const at = this.#module._gandan_sync_body();
    return { call: { ...call, body: this.#module.HEAPU8.slice(at, at + this.#module._gandan_sync_body_size()) } };
  }

  #call(name: '_gandan_start' | '_gandan_open' | '_gandan_request' | '_gandan_sync_start', json: string): string {
    return this.#texts([json], (place) => this.#module[name](place!));
  }
  // Texts in the module's memory while `work` runs; the text that it points to.
  #texts(texts: string[], work: (...places: number[]) => number): string {
    const module = this.#module;
    const places = texts.map((text) => {
      const size = module.lengthBytesUTF8(text) + 1;
      const place = module._malloc(size);
      if (place === 0) throw new Error('out of memory');
      module.stringToUTF8(text, place, size);
      return place;
    });
    try {
      return module.UTF8ToString(work(...places));
    } finally {
      for (const place of places) module._free(place);
    }
  }
}

// Only what is handed over by file: never the vault's own.
function isFile(path: string): boolean {
  return path.startsWith(`${kFiles}/`) && !path.split('/').includes('..');
}
