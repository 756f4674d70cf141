// A pool over files of this machine: <folder>/0, 1, 2, …, for Node. Nothing keeps a second process off the folder.
import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Pool, type SyncHandle } from '../pool.js';
import type { Storage } from '../serve.js';

export class NodeHandle implements SyncHandle {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  }
  read(buffer: Uint8Array, { at }: { at: number }): number {
    return readSync(this.#file, buffer, 0, buffer.length, at);
  }
  write(buffer: Uint8Array, { at }: { at: number }): number {
    return writeSync(this.#file, buffer, 0, buffer.length, at);
  }
  truncate(size: number): void {
    ftruncateSync(this.#file, size);
  }
  flush(): void {
    fsyncSync(this.#file);
  }
  getSize(): number {
    return fstatSync(this.#file).size;
  }
  close(): void {
    closeSync(this.#file);
  }
}

export async function nodeStorage(folder: string): Promise<Storage> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = readdirSync(folder).filter((name) => /^\d+$/.test(name));
  const pool = new Pool(names.map((name) => new NodeHandle(join(folder, name))));
  let next = names.reduce((most, name) => Math.max(most, Number(name) + 1), 0);
  return {
    pool,
    reserve: async (free) => {
      while (pool.free < free) pool.add(new NodeHandle(join(folder, String(next++))));
    },
  };
}
