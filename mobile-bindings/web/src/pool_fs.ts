// PoolFs: a pool's files as one folder of the module's file system, so that SQLite's own VFS and the few files beside
// the database (core/vault/files.hpp) use it as they use a disk. fsync() is the handle's flush; create, rename and
// unlink are durable when they return (pool.ts), so syncing the folder has nothing left to do.
import { kContent, NoFreeHandle, type Pool, type Slot } from './pool.js';

// The part of Emscripten's FS that is used here and in engine.ts.
export interface FsNode {
  id: number;
  name: string;
  mode: number;
  parent: FsNode;
  mount: object;
  node_ops: object;
  stream_ops: object;
  slot?: Slot;
}
export interface FsStream {
  node: FsNode;
  position: number;
}
export interface EmscriptenFs {
  ErrnoError: new (errno: number) => Error;
  createNode(parent: FsNode | null, name: string, mode: number, device: number): FsNode;
  destroyNode(node: FsNode): void;
  isDir(mode: number): boolean;
  isFile(mode: number): boolean;
  mkdirTree(path: string): void;
  mount(type: object, options: object, path: string): void;
  writeFile(path: string, data: Uint8Array): void;
  readFile(path: string): Uint8Array;
  unlink(path: string): void;
  rmdir(path: string): void;
}

// WASI's numbers, which are Emscripten's.
const EISDIR = 31;
const EINVAL = 28;
const EIO = 29;
const ENOENT = 44;
const ENOSPC = 51;
const EPERM = 63;

const kFolder = 0o40700;
const kSeekCurrent = 1;
const kSeekEnd = 2;

export function poolFs(fs: EmscriptenFs, pool: Pool): { mount(mount: object): FsNode } {
  const fail = (errno: number): never => {
    throw new fs.ErrnoError(errno);
  };
  // A full disk is told apart from a broken one.
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (fault) {
      const { name, code } = fault as { name?: string; code?: string };
      const full = fault instanceof NoFreeHandle || name === 'QuotaExceededError' || code === 'ENOSPC' || code === 'EDQUOT';
      return fail(full ? ENOSPC : EIO);
    }
  };
  const slotOf = (node: FsNode): Slot => node.slot ?? fail(EISDIR);
  const byName = new Map<string, FsNode>();

  const file = (parent: FsNode, slot: Slot): FsNode => {
    const node = fs.createNode(parent, slot.name, 0o100600, 0);
    node.node_ops = fileOps;
    node.stream_ops = streamOps;
    node.slot = slot;
    byName.set(slot.name, node);
    return node;
  };

  const getattr = (node: FsNode): object => {
    const size = node.slot === undefined ? 4096 : node.slot.size;
    const now = new Date();
    return {
      dev: 1, ino: node.id, mode: node.mode, nlink: 1, uid: 0, gid: 0, rdev: 0, size,
      atime: now, mtime: now, ctime: now, blksize: 4096, blocks: Math.ceil(size / 4096),
    }; // prettier-ignore
  };
  const setattr = (node: FsNode, attributes: { mode?: number; size?: number }): void => {
    if (attributes.mode !== undefined) node.mode = attributes.mode;
    const { size } = attributes;
    if (size === undefined) return;
    const slot = slotOf(node);
    guarded(() => slot.handle.truncate(kContent + size));
    slot.size = size;
  };

  const fileOps = { getattr, setattr };
  const folderOps = {
    getattr,
    setattr,
    lookup: (): never => fail(ENOENT), // what is there has a node already
    mknod: (parent: FsNode, name: string, mode: number): FsNode => {
      if (!fs.isFile(mode)) fail(EPERM);
      return file(parent, guarded(() => pool.create(name)));
    },
    rename: (node: FsNode, _folder: FsNode, name: string): void => {
      const slot = slotOf(node);
      const replaced = byName.get(name);
      guarded(() => pool.rename(slot, name));
      if (replaced !== undefined) fs.destroyNode(replaced);
      byName.delete(node.name);
      byName.set(name, node);
      node.name = name;
    },
    unlink: (_parent: FsNode, name: string): void => {
      const node = byName.get(name) ?? fail(ENOENT);
      guarded(() => pool.remove(slotOf(node)));
      byName.delete(name);
    },
    rmdir: (): never => fail(EPERM),
    readdir: (): string[] => ['.', '..', ...byName.keys()],
  };

  const streamOps = {
    open: (stream: FsStream): void => pool.open(slotOf(stream.node)),
    close: (stream: FsStream): void => guarded(() => pool.release(slotOf(stream.node))),
    read: (stream: FsStream, buffer: Int8Array, offset: number, length: number, position: number): number => {
      const slot = slotOf(stream.node);
      const count = Math.min(length, Math.max(0, slot.size - position));
      if (count === 0) return 0;
      return guarded(() => slot.handle.read(part(buffer, offset, count), { at: kContent + position }));
    },
    write: (stream: FsStream, buffer: Int8Array, offset: number, length: number, position: number): number => {
      if (length === 0) return 0;
      const slot = slotOf(stream.node);
      const count = guarded(() => slot.handle.write(part(buffer, offset, length), { at: kContent + position }));
      if (count === 0) fail(ENOSPC);
      slot.size = Math.max(slot.size, position + count);
      return count;
    },
    fsync: (stream: FsStream): number => {
      guarded(() => slotOf(stream.node).handle.flush());
      return 0;
    },
    llseek: (stream: FsStream, offset: number, whence: number): number => {
      const from = whence === kSeekCurrent ? stream.position : whence === kSeekEnd ? slotOf(stream.node).size : 0;
      if (from + offset < 0) fail(EINVAL);
      return from + offset;
    },
  };

  return {
    mount: (mount) => {
      const root = fs.createNode(null, '/', kFolder, 0);
      root.mount = mount;
      root.node_ops = folderOps;
      root.stream_ops = { llseek: () => 0 };
      for (const name of pool.names) file(root, pool.find(name)!);
      return root;
    },
  };
}

function part(buffer: Int8Array, offset: number, length: number): Uint8Array {
  return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset + offset, length);
}
