// The columns of a segment of one op, put together to the op's canonical form: schema/wire/segment.md section 6.
// Only what one op can have: a segment of more ops is never opened by a verifier.
import { Reader, base32, require, signed, u, unzigzag, varint, withLength, zeros } from './wire.mjs';

const bad = ['segment.md 6', 'the columns of a segment are malformed', 'các cột của đoạn nhật ký sai mẫu'];
const times = (count, f) => Array.from({ length: count }, (_, i) => f(i));

/** The canonical op, and how many bytes the columns took; what follows them is the caller's. */
export function readLoneOp(bytes, stub) {
  const r = new Reader(bytes);
  const { feeds, prefixes } = readFeeds(r, stub.feed); // column 1
  const run = readRun(r, feeds); // 2 to 4
  const ids = readIds(r, prefixes, () => readTemplate(r)); // 5 to 10
  const replacesType = r.varint(); // 11
  const replaces = readReplaces(r, replacesType >> 4n, run, feeds); // 12, 13
  const type = replacesType & 15n;
  const finish = valueOf[type]?.(r, run, feeds); // 14; then 15 to 16 by the function that it gives, 18 by the next
  require(finish !== undefined, 'segment.md 5', 'a value is of a later type', 'giá trị thuộc loại mới hơn');
  const text = finish();
  const names = r.raw(ids.template.length).toString('latin1').split('[]'); // 17
  require(names.length === ids.items.length + 1, ...bad);
  const path = names.map((part, i) => part + (i < ids.items.length ? `[${base32(ids.items[i])}]` : '')).join('');
  const content = text();
  const op = Buffer.concat([ids.record, withLength(Buffer.from(path, 'latin1')), varint(type), content, varint(run.hlc), run.feed,
    varint(replaces.length), ...replaces, varint(run.offset), varint(run.saved), ids.holder]);
  return { op, used: r.at };
}

function readFeeds(r, own) {
  const first = r.num(32768);
  const more = first % 2 ? r.num(16384) : 0;
  require(first % 2 === 0 || more > 0, ...bad);
  const feeds = [own, ...times(first >> 1, () => r.raw(16))];
  const prefixes = [...feeds.map((f) => f.subarray(0, 10)), ...times(more, () => r.raw(10))];
  require(prefixes.length <= 16384, ...bad);
  return { feeds, prefixes };
}

/** Joins milliseconds and counter to a stamp; split() takes a varint v = Z(counter - e) · n + number apart. */
const hlcOf = (ms, counter) => {
  require(counter >= 0n && counter < 65536n, ...bad);
  return (ms << 16n) | counter;
};
const split = (v, list) => [unzigzag(v / BigInt(list.length)), list[Number(v % BigInt(list.length))]];

function readRun(r, feeds) {
  const shape = r.num(131072);
  const saved = (shape >> 1) + 1;
  const partial = shape % 2 === 1;
  const offset = partial ? r.varint() : 0n;
  require(partial ? r.num() === 0 && saved > 1 : saved === 1, ...bad); // one op: a part of a longer save, or all of a save of one
  const ms = BigInt.asUintN(48, 1577836800000n + r.varint());
  const [counter, feed] = split(r.varint(), feeds);
  const hlc = hlcOf(ms, counter) + offset;
  return { saved, offset, hlc, ms: hlc >> 16n, feed };
}

function readTemplate(r) {
  const v = r.num(4 * 400 + 3);
  return { length: v >> 2, count: (v & 3) < 3 ? v & 3 : r.num(200) + 3 };
}

/** Columns 5 to 10. The reference of the one record and of the first item are not written: both are new. */
function readIds(r, prefixes, template) {
  const reference = r.num(2);
  require(reference !== 2, ...bad); // zero is the id before: 0
  const shape = template();
  const refs = shape.count > 0 ? [1, ...times(shape.count - 1, () => r.num(shape.count + 1))] : [];
  const last = new Map();
  const fresh = () => {
    const [step, prefix] = split(r.varint(), prefixes);
    const key = prefix.toString('hex');
    const counter = (last.get(key) ?? 0n) + step;
    require(counter >= 0n && counter < 1n << 48n, ...bad);
    last.set(key, counter);
    return Buffer.concat([prefix, u(48, counter)]);
  };
  const holder = reference === 1 ? fresh() : zeros(16);
  const record = fresh();
  const seen = [];
  const items = [];
  for (const ref of refs) {
    if (ref === 1) seen.push(fresh());
    const id = ref === 0 ? items.at(-1) : ref === 1 ? seen.at(-1) : seen[ref - 2];
    require(id !== undefined, ...bad);
    items.push(id);
  }
  return { holder, record, items, template: shape };
}

function readReplaces(r, kind, run, feeds) {
  require(kind !== 1n && kind <= 257n, ...bad); // 1: an op before it in the segment, and there is none
  const count = kind === 0n ? 0 : Number(kind) - 1;
  const ms = [];
  for (let i = 0; i < count; ++i) ms.push(BigInt.asUintN(48, i === 0 ? run.ms - r.varint() : ms[i - 1] + unzigzag(r.varint())));
  let before = 0n;
  return times(count, (i) => {
    const [step, feed] = split(r.varint(), feeds);
    const counter = step + (i > 0 && ms[i] === ms[i - 1] ? before + 1n : 0n);
    before = counter;
    return Buffer.concat([varint(hlcOf(ms[i], counter)), feed]);
  });
}

// Per type: reads column 14 and gives a function that reads 15 and 16, which gives one that reads 18 and makes the content.
const plain = (count) => (r) => {
  const content = Buffer.concat(times(count, () => varint(r.varint())));
  return () => () => content;
};
const sealed = (r) => () => {
  const content = withLength(r.raw(r.num()));
  return () => content;
};
const valueOf = {
  0: plain(0),
  1: plain(1),
  2: plain(1),
  3: (r) => () => {
    const length = r.num();
    return () => withLength(r.raw(length));
  },
  4: plain(1),
  5: (r, run) => {
    const content = signed(BigInt.asIntN(64, run.ms + unzigzag(r.varint())));
    return () => () => content;
  },
  6: (r) => {
    const count = r.num(32768);
    return () => {
      const lengths = times(count, () => r.num());
      return () => Buffer.concat([varint(count), ...lengths.map((n) => withLength(r.raw(n)))]);
    };
  },
  7: plain(3),
  8: (r) => {
    const size = r.num();
    return () => {
      const [file, media, key] = [r.num(), r.num(), r.raw(32)];
      const chunks = Math.max(1, Math.ceil(size / 131072));
      const names = r.raw(32 * chunks);
      return () => Buffer.concat([withLength(r.raw(file)), withLength(r.raw(media)), varint(size), withLength(key), varint(chunks), names]);
    };
  },
  9: sealed,
  10: sealed,
  11: (r, run, feeds) => {
    const v = r.num(32769);
    const entries = times(v >> 1, () => {
      const feed = feeds[r.num(feeds.length - 1)];
      return Buffer.concat([feed, varint(BigInt.asUintN(64, run.hlc - r.varint()))]);
    });
    return () => {
      const [length, hash] = [r.num(), v % 2 ? r.raw(32) : zeros(32)];
      return () => Buffer.concat([varint(v >> 1), ...entries, hash, withLength(r.raw(length))]);
    };
  },
};
