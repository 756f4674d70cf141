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
const kFirst = '0';

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

// A handle belongs to one page; the browser says so in this way.
async function patiently(open: () => Promise<SyncHandle>): Promise<SyncHandle> {
  for (const until = performance.now() + kPatience; ; ) {
    try {
      return await open();
    } catch (fault) {
      const locked = (fault as Error).name === 'NoModificationAllowedError';
      if (!locked) throw GandanError.of((fault as Error).name === 'QuotaExceededError' ? 'disk.full' : 'disk.failed', String(fault));
      if (performance.now() > until) throw GandanError.of('vault.locked');
      await new Promise((resolve) => setTimeout(resolve, kPause));
    }
  }
}

// The first file is the lock: who has it has the others, which are opened all at once. One after another each would
// wait for the browser's other processes twice.
async function openAll(folder: FileSystemDirectoryHandle, open: (name: string) => Promise<SyncHandle>): Promise<{ handles: SyncHandle[]; last: number }> {
  const handles = [await patiently(() => open(kFirst))];
  try {
    const names: string[] = [];
    for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) if (name !== kFirst) names.push(name);
    const opened = await Promise.allSettled(names.map((name) => patiently(() => open(name))));
    for (const one of opened) if (one.status === 'fulfilled') handles.push(one.value);
    for (const one of opened) if (one.status === 'rejected') throw one.reason;
    return { handles, last: Math.max(Number(kFirst), ...names.map(Number)) };
  } catch (fault) {
    for (const handle of handles) handle.close();
    throw fault;
  }
}

export async function opfsStorage(vault: string): Promise<Storage> {
  const root = await navigator.storage.getDirectory();
  const folder = await (await root.getDirectoryHandle('gandan', { create: true })).getDirectoryHandle(vault, { create: true });
  const open = async (name: string): Promise<SyncHandle> => {
    const file = (await folder.getFileHandle(name, { create: true })) as SyncFileHandle;
    return counted(await file.createSyncAccessHandle());
  };

  const { handles, last } = await openAll(folder, open);
  const pool = new Pool(handles);
  let next = last + 1;
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
