// Engine: the module (mobile-bindings/web/module) with a pool of files and a host: texts of JSON in and out. It blocks
// while it works, so it lives in a worker (serve.ts).
import type { Pool } from './pool.js';
import { poolFs, type EmscriptenFs } from './pool_fs.js';

export interface HttpCall {
  verb: string;
  url: string;
  bearer: string; // empty: none
  body: Uint8Array;
  limit: number; // bytes of the answer
}
export interface HttpAnswer {
  status: number; // HTTP's, or one of network.ts
  body: Uint8Array;
}

export interface Host {
  now(): number; // ms since 1970
  monotonic(): number; // ms
  event(json: string): boolean; // true: the request that runs is to end
  http(call: HttpCall): HttpAnswer;
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
  _gandan_has_vault(): number;
  _gandan_version(): number;
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
  get hasVault(): boolean {
    return this.#module._gandan_has_vault() !== 0;
  }
  get version(): string {
    return this.#module.UTF8ToString(this.#module._gandan_version());
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

  #call(name: '_gandan_start' | '_gandan_open' | '_gandan_request', json: string): string {
    const module = this.#module;
    const size = module.lengthBytesUTF8(json) + 1;
    const place = module._malloc(size);
    if (place === 0) throw new Error('out of memory');
    module.stringToUTF8(json, place, size);
    try {
      return module.UTF8ToString(module[name](place));
    } finally {
      module._free(place);
    }
  }
}

// Only what is handed over by file: never the vault's own.
function isFile(path: string): boolean {
  return path.startsWith(`${kFiles}/`) && !path.split('/').includes('..');
}
