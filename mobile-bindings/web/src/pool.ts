// Pool: named files in a fixed set of handles that were opened beforehand. A browser opens files of the origin's
// private file system (OPFS) asynchronously and then reads and writes them synchronously; SQLite and the vault need
// files by name, at once. So the handles are opened first, each with a head that says whose content it has.
//
//   a handle:  0      head, copy A   "GANDANP1", generation (u64), name's length (u16), name, … CRC-32 at 508
//              4096   head, copy B   the same; little-endian
//              8192   content
//
// A head is written over the older of its copies and flushed, so a torn write leaves the other: whatever was the name
// before still is. The copy with the higher generation counts; an empty name is a free handle. Where a rename replaces
// a file, two handles bear the name for a moment; the higher generation has it, and the other is freed on the next
// start. So each of create, rename and remove is whole or not at all, and durable when it returns. Content is durable
// after its flush, as with any file.
//
// Nothing here knows SQLite. Whoever uses it: one at a time (OPFS gives a handle to one worker only).

// What FileSystemSyncAccessHandle has, so that memory and Node's files can be one, too.
export interface SyncHandle {
  read(buffer: Uint8Array, options: { at: number }): number;
  write(buffer: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  getSize(): number;
  close(): void;
}

export const kContent = 8192; // where content begins
const kCopies = [0, 4096] as const;
const kHead = 512;
const kMagic = 'GANDANP1';
const kMostName = 255; // bytes

export interface Slot {
  readonly handle: SyncHandle;
  name: string; // empty: free, or removed while somebody has it open
  generation: number;
  copy: number; // of the head that counts: 0 or 1
  size: number; // of the content
  opens: number; // who has it open; freed when nobody has
}

export class NoFreeHandle extends Error {}

export class Pool {
  readonly #slots: Slot[] = [];
  #generation = 0;
  // Handles with content and no readable head: kept as they are, for whoever can make something of them.
  readonly damaged: number;

  constructor(handles: readonly SyncHandle[]) {
    let damaged = 0;
    for (const handle of handles) {
      const slot = readSlot(handle);
      if (slot === undefined) damaged += 1;
      else this.#slots.push(slot);
    }
    this.damaged = damaged;
    this.#slots.sort((a, b) => b.generation - a.generation);
    this.#generation = this.#slots[0]?.generation ?? 0;
    const seen = new Set<string>();
    for (const slot of this.#slots) {
      if (slot.name === '') continue;
      if (seen.has(slot.name)) this.#free(slot);
      else seen.add(slot.name);
    }
  }

  add(handle: SyncHandle): void {
    const slot = readSlot(handle);
    if (slot === undefined || slot.name !== '') throw new Error('a new handle has content');
    this.#slots.push(slot);
  }

  get free(): number {
    return this.#slots.filter((slot) => slot.name === '' && slot.opens === 0).length;
  }
  get names(): string[] {
    return this.#slots.map((slot) => slot.name).filter((name) => name !== '');
  }
  find(name: string): Slot | undefined {
    return name === '' ? undefined : this.#slots.find((slot) => slot.name === name);
  }

  // An empty file. Throws NoFreeHandle.
  create(name: string): Slot {
    const slot = this.#slots.find((one) => one.name === '' && one.opens === 0);
    if (slot === undefined) throw new NoFreeHandle();
    slot.handle.truncate(kContent);
    slot.size = 0;
    this.#put(slot, name);
    return slot;
  }

  // Over whatever has that name.
  rename(slot: Slot, name: string): void {
    const replaced = this.find(name);
    if (replaced === slot) return;
    this.#put(slot, name);
    if (replaced !== undefined) this.#free(replaced);
  }

  remove(slot: Slot): void {
    this.#free(slot);
  }

  open(slot: Slot): void {
    slot.opens += 1;
  }
  release(slot: Slot): void {
    slot.opens -= 1;
    if (slot.opens === 0 && slot.name === '') this.#empty(slot);
  }

  close(): void {
    for (const slot of this.#slots) slot.handle.close();
  }

  #free(slot: Slot): void {
    this.#put(slot, '');
    if (slot.opens === 0) this.#empty(slot);
  }
  #empty(slot: Slot): void {
    slot.handle.truncate(kContent);
    slot.size = 0;
  }

  #put(slot: Slot, name: string): void {
    const bytes = new TextEncoder().encode(name);
    if (bytes.length > kMostName) throw new RangeError('name too long');
    const head = new Uint8Array(kHead);
    const view = new DataView(head.buffer);
    head.set(new TextEncoder().encode(kMagic));
    const generation = this.#generation + 1;
    view.setBigUint64(8, BigInt(generation), true);
    view.setUint16(16, bytes.length, true);
    head.set(bytes, 18);
    view.setUint32(kHead - 4, crc32(head.subarray(0, kHead - 4)), true);
    const copy = 1 - slot.copy;
    if (slot.handle.write(head, { at: kCopies[copy]! }) !== kHead) throw new NoFreeHandle();
    slot.handle.flush();
    this.#generation = generation;
    slot.generation = generation;
    slot.copy = copy;
    slot.name = name;
  }
}

// Absent: it has content whose name nobody can read.
function readSlot(handle: SyncHandle): Slot | undefined {
  const size = handle.getSize();
  const slot: Slot = { handle, name: '', generation: 0, copy: 1, size: Math.max(0, size - kContent), opens: 0 };
  if (size < kContent) {
    handle.truncate(kContent);
    return slot;
  }
  let found = false;
  kCopies.forEach((at, copy) => {
    const head = new Uint8Array(kHead);
    handle.read(head, { at });
    const view = new DataView(head.buffer);
    if (new TextDecoder().decode(head.subarray(0, 8)) !== kMagic) return;
    if (view.getUint32(kHead - 4, true) !== crc32(head.subarray(0, kHead - 4))) return;
    const generation = Number(view.getBigUint64(8, true));
    if (found && generation < slot.generation) return;
    found = true;
    slot.generation = generation;
    slot.copy = copy;
    slot.name = new TextDecoder().decode(head.subarray(18, 18 + view.getUint16(16, true)));
  });
  // A handle whose very first head was torn has no content yet.
  return found || slot.size === 0 ? slot : undefined;
}

const kTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; ++bit) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = kTable[(c ^ byte) & 0xff]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
