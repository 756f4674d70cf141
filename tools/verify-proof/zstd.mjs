// One zstd frame (RFC 8878) without magic number, content size and checksum, as segment.md section 4 has it. No dictionary.
import { require } from './wire.mjs';

const bad = ['segment.md 4', 'a compressed segment is damaged', 'đoạn nén bị hỏng'];
const check = (holds) => require(holds, ...bad);
const highBit = (v) => 31 - Math.clz32(v);

/** What the frame holds, at most limit bytes, and how many bytes the frame took. */
export function inflate(bytes, limit) {
  const descriptor = bytes[0]; // section 3.1.1.1.1
  check((descriptor & 0x1f) === 0 || (descriptor & 0x3f) === 0); // no checksum, no dictionary, no reserved bit
  check(descriptor >> 5 === 0); // nor a content size, which would be there for a single segment
  check(bytes.length > 1 && 10 + (bytes[1] >> 3) <= 18); // a window of at most 2^18
  const window = 2 ** (10 + (bytes[1] >> 3)) * (1 + (bytes[1] & 7) / 8);
  check(window <= 2 ** 18);
  const out = { bytes: Buffer.alloc(limit), at: 0, window };
  const state = { offsets: [1, 4, 8], huffman: null, tables: [null, null, null] };
  let at = 2;
  for (let last = false; !last; ) { // section 3.1.1.2
    check(at + 3 <= bytes.length);
    const header = bytes.readUIntLE(at, 3);
    at += 3;
    last = (header & 1) === 1;
    const [type, size] = [(header >> 1) & 3, header >> 3];
    const stored = type === 1 ? 1 : size;
    check(type < 3 && at + stored <= bytes.length && size <= Math.min(window, 131072));
    const block = bytes.subarray(at, at + stored);
    at += stored;
    if (type === 0) put(out, block);
    else if (type === 1) put(out, Buffer.alloc(size, block[0]));
    else compressedBlock(block, state, out);
  }
  return { bytes: out.bytes.subarray(0, out.at), used: at };
}

function put(out, bytes) {
  check(out.at + bytes.length <= out.bytes.length);
  bytes.copy(out.bytes, out.at);
  out.at += bytes.length;
}

/** Reads bits from the end of bytes backwards, from below the highest set bit of the last one; beyond the start zeros. */
class BackBits {
  constructor(bytes) {
    check(bytes.length > 0 && bytes.at(-1) !== 0);
    this.bytes = bytes;
    this.left = bytes.length * 8 - 8 + highBit(bytes.at(-1));
  }
  read(count) {
    let value = 0;
    for (let i = 0; i < count; ++i) {
      --this.left;
      value = value * 2 + (this.left < 0 ? 0 : (this.bytes[this.left >> 3] >> (this.left & 7)) & 1);
    }
    return value;
  }
}

function compressedBlock(block, state, out) {
  const { literals, used } = readLiterals(block, state);
  readSequences(block.subarray(used), literals, state, out);
}

// --- literals: section 3.1.1.3.1
function readLiterals(block, state) {
  check(block.length > 0);
  const [type, format] = [block[0] & 3, (block[0] >> 2) & 3];
  if (type < 2) {
    const head = format % 2 === 0 ? 1 : format === 1 ? 2 : 3;
    check(head <= block.length);
    const size = head === 1 ? block[0] >> 3 : block.readUIntLE(0, head) >> 4;
    const stored = type === 1 ? 1 : size;
    check(head + stored <= block.length && size <= 131072);
    const data = block.subarray(head, head + stored);
    return { literals: type === 1 ? Buffer.alloc(size, data[0]) : data, used: head + stored };
  }
  const bits = [10, 10, 14, 18][format];
  const head = (4 + 2 * bits) / 8;
  check(head <= block.length);
  const word = block.readUIntLE(0, head);
  const size = Math.floor(word / 16) % 2 ** bits;
  const stored = Math.floor(word / 2 ** (4 + bits)) % 2 ** bits;
  check(head + stored <= block.length && size <= 131072);
  let data = block.subarray(head, head + stored);
  if (type === 2) {
    const tree = readHuffman(data);
    state.huffman = tree.table;
    data = data.subarray(tree.used);
  }
  check(state.huffman !== null);
  return { literals: huffmanStreams(data, size, format === 0 ? 1 : 4, state.huffman), used: head + stored };
}

function huffmanStreams(data, size, count, table) {
  if (count === 1) return huffmanStream(data, size, table);
  check(data.length > 6 && size >= 6);
  const each = (size + 3) >> 2;
  let at = 6;
  const parts = [0, 1, 2, 3].map((i) => {
    const end = i < 3 ? at + data.readUInt16LE(2 * i) : data.length;
    check(end <= data.length);
    const part = huffmanStream(data.subarray(at, end), i < 3 ? each : size - 3 * each, table);
    at = end;
    return part;
  });
  return Buffer.concat(parts);
}

function huffmanStream(data, size, { entries, log }) {
  check(size >= 0);
  const bits = new BackBits(data);
  const out = Buffer.alloc(size);
  let state = bits.read(log);
  for (let i = 0; i < size; ++i) {
    const { symbol, length } = entries[state];
    out[i] = symbol;
    state = ((state << length) & (2 ** log - 1)) + bits.read(length);
  }
  check(bits.left === -log); // every bit was used
  return out;
}

// Section 4.2.1: weights, directly or by FSE; the last one is what is missing to a power of two.
function readHuffman(data) {
  check(data.length > 0);
  const head = data[0];
  let used = 1;
  let weights = [];
  if (head >= 128) {
    const count = head - 127;
    used += (count + 1) >> 1;
    check(used <= data.length);
    for (let i = 0; i < count; ++i) weights.push(i % 2 ? data[1 + (i >> 1)] & 15 : data[1 + (i >> 1)] >> 4);
  } else {
    used += head;
    check(head > 0 && used <= data.length);
    weights = fseWeights(data.subarray(1, used));
  }
  const sum = weights.reduce((s, w) => s + (w > 0 ? 2 ** (w - 1) : 0), 0);
  check(sum > 0);
  const log = highBit(sum) + 1;
  const rest = 2 ** log - sum;
  check(log <= 11 && 2 ** highBit(rest) === rest && weights.length < 256);
  weights.push(highBit(rest) + 1);
  const entries = [];
  for (let w = 1; w <= log; ++w) { // longest codes first, each weight's symbols in order
    weights.forEach((weight, symbol) => {
      if (weight === w) for (let i = 0; i < 2 ** (w - 1); ++i) entries.push({ symbol, length: log + 1 - w });
    });
  }
  check(entries.length === 2 ** log);
  return { table: { entries, log }, used };
}

function fseWeights(data) {
  const { table, used } = readTable(data, 6, 255);
  const bits = new BackBits(data.subarray(used));
  const states = [bits.read(table.log), bits.read(table.log)];
  const weights = [];
  for (let i = 0; ; i ^= 1) {
    check(weights.length < 255);
    const { symbol, length, base } = table.entries[states[i]];
    weights.push(symbol);
    if (bits.left < length) { // this state cannot go on: the other one has the last weight
      weights.push(table.entries[states[i ^ 1]].symbol);
      return weights;
    }
    states[i] = base + bits.read(length);
  }
}

// --- FSE: section 4.1
function readTable(data, maxLog, maxSymbol) {
  let at = 0;
  const peek = (count) => { // forwards, least significant first
    let value = 0;
    for (let i = 0; i < count; ++i) value |= (((data[(at + i) >> 3] ?? 0) >> ((at + i) & 7)) & 1) << i;
    return value;
  };
  const log = peek(4) + 5;
  at += 4;
  check(log <= maxLog);
  const counts = [];
  for (let left = 2 ** log + 1; left > 1; ) {
    check(counts.length <= maxSymbol && at <= data.length * 8);
    const bits = highBit(left) + 1;
    const small = 2 ** bits - 1 - left; // as many values are one bit shorter
    let value = peek(bits);
    if ((value & (2 ** (bits - 1) - 1)) < small) {
      value &= 2 ** (bits - 1) - 1;
      at += bits - 1;
    } else {
      if (value >= 2 ** (bits - 1)) value -= small;
      at += bits;
    }
    counts.push(value - 1);
    left -= Math.abs(value - 1);
    for (let more = value === 1; more; ) { // a zero: how many more follow
      const zeros = peek(2);
      at += 2;
      for (let i = 0; i < zeros; ++i) counts.push(0);
      more = zeros === 3;
    }
    check(left >= 1);
  }
  const used = (at + 7) >> 3;
  check(used <= data.length && counts.length <= maxSymbol + 1);
  return { table: tableOf(counts, log), used };
}

function tableOf(counts, log) {
  const size = 2 ** log;
  const symbols = new Array(size);
  let high = size - 1;
  counts.forEach((count, symbol) => {
    if (count === -1) symbols[high--] = symbol;
  });
  let position = 0;
  counts.forEach((count, symbol) => {
    for (let i = 0; i < count; ++i) {
      symbols[position] = symbol;
      do position = (position + (size >> 1) + (size >> 3) + 3) & (size - 1);
      while (position > high);
    }
  });
  const next = counts.map((count) => Math.abs(count));
  const entries = symbols.map((symbol) => {
    const state = next[symbol]++;
    const length = log - highBit(state);
    return { symbol, length, base: (state << length) - size };
  });
  return { entries, log };
}

// --- sequences: section 3.1.1.3.2
const literalExtra = [...Array(16).fill(0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const matchExtra = [...Array(32).fill(0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const basesOf = (extra, first) => extra.map((_, i) => first + extra.slice(0, i).reduce((s, e) => s + 2 ** e, 0));
const literalBase = basesOf(literalExtra, 0);
const matchBase = basesOf(matchExtra, 3);
const defaults = [ // section 3.1.1.3.2.2: literal lengths, offsets, match lengths
  tableOf([4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1], 6),
  tableOf([1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1], 5),
  tableOf([1, 4, 3, 2, 2, 2, 2, 2, 2, ...Array(37).fill(1), -1, -1, -1, -1, -1, -1, -1], 6),
];
const limits = [[9, 35], [8, 31], [9, 52]]; // largest table, largest symbol

function readSequences(data, literals, state, out) {
  check(data.length > 0);
  let [count, at] = [data[0], 1];
  if (count >= 128) {
    const head = count === 255 ? 3 : 2;
    check(data.length >= head);
    count = head === 3 ? data.readUInt16LE(1) + 0x7f00 : ((count - 128) << 8) + data[1];
    at = head;
  }
  if (count === 0) {
    check(at === data.length);
    return put(out, literals);
  }
  check(at < data.length && (data[at] & 3) === 0);
  const modes = data[at++];
  limits.forEach(([log, symbol], i) => {
    const mode = (modes >> (6 - 2 * i)) & 3;
    if (mode === 0) state.tables[i] = defaults[i];
    if (mode === 1) {
      check(at < data.length && data[at] <= symbol);
      state.tables[i] = { entries: [{ symbol: data[at++], length: 0, base: 0 }], log: 0 };
    }
    if (mode === 2) {
      const { table, used } = readTable(data.subarray(at), log, symbol);
      state.tables[i] = table;
      at += used;
    }
    check(state.tables[i] !== null);
  });
  return runSequences(new BackBits(data.subarray(at)), count, literals, state, out);
}

function runSequences(bits, count, literals, state, out) {
  const tables = state.tables;
  const states = tables.map((t) => bits.read(t.log));
  const step = (i) => {
    const { length, base } = tables[i].entries[states[i]];
    states[i] = base + bits.read(length);
  };
  let taken = 0;
  for (let n = 0; n < count; ++n) {
    const [ll, of, ml] = states.map((s, i) => tables[i].entries[s].symbol);
    const offsetValue = 2 ** of + bits.read(of);
    const match = matchBase[ml] + bits.read(matchExtra[ml]);
    const literal = literalBase[ll] + bits.read(literalExtra[ll]);
    check(taken + literal <= literals.length);
    put(out, literals.subarray(taken, taken + literal));
    taken += literal;
    copyMatch(out, offsetFrom(offsetValue, literal, state.offsets), match);
    if (n + 1 < count) {
      step(0);
      step(2);
      step(1);
    }
  }
  check(bits.left === 0); // every bit was used
  put(out, literals.subarray(taken));
}

function offsetFrom(value, literal, recent) { // section 3.1.1.5
  let offset = value - 3;
  if (value > 3) {
    recent.unshift(offset);
    recent.pop();
    return offset;
  }
  const index = value - 1 + (literal === 0 ? 1 : 0);
  offset = index === 3 ? recent[0] - 1 : recent[index];
  if (index > 0) {
    recent.splice(Math.min(index, 2), 1);
    recent.unshift(offset);
  }
  return offset;
}

function copyMatch(out, offset, length) {
  check(offset > 0 && offset <= out.at && offset <= out.window && out.at + length <= out.bytes.length);
  for (let i = 0; i < length; ++i, ++out.at) out.bytes[out.at] = out.bytes[out.at - offset];
}
