// Opfs: a pool of handles in the origin's private file system: gandan/<vault>/0, 1, 2, …
import { GandanError } from './error.js';
import { Pool, type SyncHandle } from './pool.js';
import type { Storage } from './serve.js';

// TypeScript's DOM has no workers' part of it.
interface SyncFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<SyncHandle>;
}

// A page that was just closed or loaded anew lets go of its files a little later.
const kPatience = 3000; // ms
const kPause = 50; // ms

// Chromium does not throw where a write or a read fails: it answers the fault's number (its base::File::Error, -8 for no
// room) as a count of bytes, 2^32 - 8.
const kNoRoom = -8;
export function counted(handle: SyncHandle): SyncHandle {
  const checked = (count: number, most: number): number => {
    if (count <= most) return count;
    throw Object.assign(new Error(`the file system answered ${count | 0}`), { name: (count | 0) === kNoRoom ? 'QuotaExceededError' : 'UnknownError' });
  };
  return {
    read: (buffer, options) => checked(handle.read(buffer, options), buffer.length),
    write: (buffer, options) => checked(handle.write(buffer, options), buffer.length),
    truncate: (size) => handle.truncate(size),
    flush: () => handle.flush(),
    getSize: () => handle.getSize(),
    close: () => handle.close(),
  };
}

export async function opfsStorage(vault: string): Promise<Storage> {
  const root = await navigator.storage.getDirectory();
  const folder = await (await root.getDirectoryHandle('gandan', { create: true })).getDirectoryHandle(vault, { create: true });
  const open = async (name: string): Promise<SyncHandle> => {
    const file = (await folder.getFileHandle(name, { create: true })) as SyncFileHandle;
    return counted(await file.createSyncAccessHandle());
  };

  const names: string[] = [];
  for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
  const openAll = async (): Promise<SyncHandle[]> => {
    const handles: SyncHandle[] = [];
    try {
      for (const name of names) handles.push(await open(name));
      return handles;
    } catch (fault) {
      for (const handle of handles) handle.close();
      // A handle belongs to one page; the browser says so in this way.
      if ((fault as Error).name === 'NoModificationAllowedError') throw GandanError.of('vault.locked');
      throw GandanError.of('disk.failed', String(fault));
    }
  };
  const until = performance.now() + kPatience;
  let handles: SyncHandle[] | undefined;
  while (handles === undefined) {
    try {
      handles = await openAll();
    } catch (fault) {
      if (!(fault as GandanError).is('vault.locked') || performance.now() > until) throw fault;
      await new Promise((resolve) => setTimeout(resolve, kPause));
    }
  }
  const pool = new Pool(handles);
  let next = names.reduce((most, name) => Math.max(most, Number(name) + 1), 0);
  return {
    pool,
    reserve: async (free) => {
      try {
        while (pool.free < free) pool.add(await open(String(next++)));
      } catch (fault) {
        throw GandanError.of((fault as Error).name === 'QuotaExceededError' ? 'disk.full' : 'disk.failed', String(fault));
      }
    },
  };
}
