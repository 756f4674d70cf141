// Handles in memory that lose, at a loss of power, what was not flushed: in part, in whole or not at all, as a disk
// may. `Disk` counts what is done to it and stops the power before operation n.
export class PowerLoss extends Error {}

export class Disk {
  handles = [];
  operations = 0;
  flushes = 0;
  stopBefore = Infinity;

  handle() {
    const handle = new MemoryHandle(this);
    this.handles.push(handle);
    return handle;
  }
  step() {
    if (this.operations >= this.stopBefore) throw new PowerLoss();
    this.operations += 1;
  }
  // What the next start finds. `keep(i)` in 0…1 says how much of the i-th unflushed write of a handle survived.
  after(keep) {
    const next = new Disk();
    for (const handle of this.handles) next.handle().load(handle.survived(keep));
    return next;
  }
}

class MemoryHandle {
  #disk;
  #now = new Uint8Array(0);
  #durable = new Uint8Array(0);
  #unflushed = []; // {at, bytes} or {size}

  constructor(disk) {
    this.#disk = disk;
  }
  load(bytes) {
    this.#now = bytes.slice();
    this.#durable = bytes.slice();
  }
  survived(keep) {
    let out = this.#durable.slice();
    this.#unflushed.forEach((change, i) => {
      const share = keep(i);
      if (change.size !== undefined) {
        if (share === 1) out = resized(out, change.size);
        return;
      }
      const bytes = change.bytes.subarray(0, Math.floor(change.bytes.length * share));
      if (bytes.length === 0) return;
      if (out.length < change.at + bytes.length) out = resized(out, change.at + bytes.length);
      out.set(bytes, change.at);
    });
    return out;
  }
  read(buffer, { at }) {
    const part = this.#now.subarray(at, at + buffer.length);
    buffer.set(part);
    return part.length;
  }
  write(buffer, { at }) {
    this.#disk.step();
    if (this.#now.length < at + buffer.length) this.#now = resized(this.#now, at + buffer.length);
    this.#now.set(buffer, at);
    this.#unflushed.push({ at, bytes: buffer.slice() });
    return buffer.length;
  }
  truncate(size) {
    this.#disk.step();
    this.#now = resized(this.#now, size);
    this.#unflushed.push({ size });
  }
  flush() {
    this.#disk.step();
    this.#disk.flushes += 1;
    this.#durable = this.#now.slice();
    this.#unflushed = [];
  }
  getSize() {
    return this.#now.length;
  }
  close() {}
}

function resized(bytes, size) {
  const out = new Uint8Array(size);
  out.set(bytes.subarray(0, size));
  return out;
}
