// The proof of a log, and the order in which it is verified: schema/wire/log_proof.md. What a report's figures show is figures.mjs; both
// show logs whole, and differ in their scope.
import {
  maxBytes, ordered, readCheckpointNote, readNamed, readPlace, readRoot, readSegments, readStatements, underCheckpoint, verifySegment,
  verifyStatement, verifyStub, witnessesOf,
} from './proof.mjs';
import { Roster } from './roster.mjs';
import { msOf } from './segment.mjs';
import { feedId } from './statement.mjs';
import { Reader, hex, isZero, newer, refuse, require, same, sha256, tagged, u } from './wire.mjs';

const magic = Buffer.from('gandan-log-proof\n');
const lineBytes = 56;
export const isLogProof = (file) => same(file.subarray(0, magic.length), magic);
export const isReportProof = (file) => isLogProof(file) && file[magic.length] === 2;

/** Verifies the file's bytes against the fingerprint (32 bytes) and says what was shown; throws Refused. */
export function verifyLog(file, fingerprint) {
  const begun = beginLog(file, fingerprint, 1n, readScope);
  const { parts, roster } = begun;
  const { scope } = parts;
  require(roster.units.has(hex(scope.unit)), 'log_proof.md 2.1', 'the unit is not one of the statements’', 'đơn vị không có trong danh bạ');
  const lines = verifyMap(begun); // step 2
  require(parts.map.receipt >= scope.until, 'log_proof.md 2.2', 'the feed map was logged before the period’s end', 'bảng kê có trước khi hết kỳ');
  return { scope, ...verifyLogs(begun, lines, new Set([hex(scope.unit)]), (segment) => verifyShown(segment, scope)) };
}

/** Step 1: root, checkpoint and statements, under the version that is wanted. */
export function beginLog(file, fingerprint, version, scopeOf) {
  require(file.length <= maxBytes, 'log_proof.md 1', 'the file is too large', 'tệp quá lớn');
  const r = new Reader(file);
  r.raw(magic.length);
  require(r.varint() === version, ...newer('log_proof.md 1'));
  const { root, realm } = readRoot(r.blob(1024), fingerprint);
  const parts = readParts(r, scopeOf);
  const checkpoint = readCheckpointNote(parts.note, root, realm);
  const roster = new Roster(root, realm);
  for (const s of parts.statements) verifyStatement(s, roster, checkpoint);
  const context = { roster, realm, checkpoint, named: new Map(parts.named.map((n) => [n.size, n])), used: new Set() };
  return { parts, roster, realm, checkpoint, context };
}

/** Steps 3 to 7, of these units (in hexadecimal): what is shown of their logs. */
export function verifyLogs({ parts, roster, realm, checkpoint, context }, lines, units, verifyOps) {
  const mine = attribute(lines, roster, realm, units);
  const feeds = verifyFeeds(parts, lines, mine.feeds, context, verifyOps);
  require(context.used.size === context.named.size, 'log_proof.md 2.7', 'a named checkpoint belongs to no segment',
    'thừa một điểm chốt không đoạn nào nêu');
  return { realm, checkpoint, map: parts.map, feeds, devices: mine.devices, rosterSize: roster.heads.length - 1,
    segments: feeds.flatMap((f) => f.opened), witnesses: witnessesOf(checkpoint.note, roster) };
}

function readScope(r) {
  const scope = { unit: r.raw(16), holder: r.raw(16), from: r.signed(), until: r.signed() };
  require(scope.from >= 0n && scope.from < scope.until, 'log_proof.md 1', 'the period is none', 'kỳ không hợp lệ');
  return scope;
}

function readParts(r, scopeOf) {
  const note = r.blob(128 * 1024);
  const scope = scopeOf(r);
  const statements = readStatements(r);
  const [map, lines] = [readPlace(r), r.blob()];
  const named = readNamed(r);
  const feeds = r.list(() => ({ id: r.raw(16), segments: readSegments(r) }));
  r.end();
  require(ordered(named, (n) => n.size) && ordered(feeds, (f) => hex(f.id)), 'log_proof.md 1', 'the parts are out of order', 'các phần sai thứ tự');
  return { note, scope, statements, map, lines, named, feeds };
}

/** ledger.md section 8: the lines by feed id, in hexadecimal, when the ledger's entry names them. */
export function verifyMap({ parts: { lines: bytes, map }, realm, checkpoint }) {
  const bad = ['ledger.md 8', 'the lines of the feed map are malformed', 'bảng kê nhật ký sai mẫu'];
  require(bytes.length % lineBytes === 0, ...bad);
  const lines = new Map();
  const leaves = [];
  let before = '';
  for (let at = 0; at < bytes.length; at += lineBytes) {
    const line = bytes.subarray(at, at + lineBytes);
    const [id, next, head] = [hex(line.subarray(0, 16)), line.readBigUInt64BE(16), line.subarray(24)];
    require(before < id && (next === 0n) === isZero(head), ...bad);
    lines.set(id, { next, head });
    leaves.push(sha256(Buffer.from([0]), line));
    before = id;
  }
  const hash = tagged('gandan/feed-map/v1', realm, u(64, leaves.length), rootOf(leaves));
  try {
    underCheckpoint(3, hash, map, checkpoint);
  } catch {
    refuse('log_proof.md 2.2', 'a line is of another feed map: the ledger names none with these lines there',
      'dòng kê là của một bảng kê khác: sổ cái không có bảng kê như vậy ở chỗ đó');
  }
  return lines;
}

/** ledger.md section 2. */
function rootOf(leaves) {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0];
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  return sha256(Buffer.from([1]), rootOf(leaves.slice(0, left)), rootOf(leaves.slice(left)));
}

/** Step 3: no line is of a device, unit and incarnation that the statements do not give. The units' feeds, and who may write there. */
function attribute(lines, roster, realm, wanted) {
  const feeds = new Map();
  let [known, devices] = [0, 0];
  for (const device of roster.devices.values()) {
    let writes = false;
    for (const unit of roster.units.keys()) {
      const ours = wanted.has(unit);
      const line = (incarnation) => hex(feedId(realm, device.id, incarnation, Buffer.from(unit, 'hex')));
      if (!ours && !lines.has(line(0))) continue; // whether it may write there costs more to ask
      if (!roster.wroteBy(device.id, unit)) continue;
      writes ||= ours;
      for (let incarnation = 0; ; ++incarnation) {
        const id = line(incarnation);
        if (!lines.has(id)) break;
        ++known;
        if (ours) feeds.set(id, { device: device.id, unit: Buffer.from(unit, 'hex') });
      }
    }
    if (writes) ++devices;
  }
  require(known === lines.size, 'log_proof.md 2.3', 'a device is left out: the map has a feed of one that the statements do not know',
    'thiếu một máy: bảng kê có nhật ký của máy không có trong danh bạ');
  return { feeds, devices };
}

function verifyFeeds({ feeds, map, scope }, lines, mine, context, verifyOps) {
  const shown = new Set(feeds.map((f) => hex(f.id)));
  require([...shown].every((id) => mine.has(id)), 'log_proof.md 2.4', 'a feed is not the unit’s', 'có nhật ký không thuộc đơn vị');
  require([...mine.keys()].every((id) => shown.has(id)), 'log_proof.md 2.4', 'a feed is left out', 'thiếu một nhật ký');
  return feeds.map((f) => ({ ...mine.get(hex(f.id)), ...verifyFeed(f, lines.get(hex(f.id)), { map, scope, context, verifyOps }) }));
}

const missing = ['log_proof.md 2.5', 'a segment is left out', 'thiếu một phần nhật ký'];
const unordered = ['log_proof.md 2.5', 'the segments of a feed are out of order', 'các phần của một nhật ký sai thứ tự'];

function verifyFeed({ id, segments }, line, { map, scope, context, verifyOps }) {
  const out = { next: line.next, segments: 0, changes: 0, shown: 0, opened: [] };
  let last = null;
  for (const segment of segments) {
    const { stub } = verifyStub(segment.stub, segment.place, context);
    require(same(stub.feed, id), 'log_proof.md 2.5', 'a segment is of another feed', 'có phần thuộc nhật ký khác');
    const before = segment.place.receipt < scope.from;
    if (last === null) require(stub.sequence === 0n || before, ...missing);
    else follows(last, stub, segment.place);
    require(segment.place.index < map.index, 'log_proof.md 2.5', 'a segment lies behind the map', 'có phần đứng sau bảng kê');
    last = { sequence: stub.sequence, hash: stub.hash, index: segment.place.index };
    require(!before || segment.ops.length === 0, 'log_proof.md 2.5', 'a change is from before the period', 'có thay đổi từ trước kỳ');
    if (before) continue;
    out.segments += 1;
    out.changes += stub.ops;
    out.shown += segment.ops.length;
    if (segment.ops.length > 0) out.opened.push(verifyOps(verifySegment(segment, context)));
  }
  const next = last === null ? 0n : last.sequence + 1n;
  require(next >= line.next, ...missing);
  require(next === line.next && (next === 0n || same(last.hash, line.head)), 'log_proof.md 2.5', 'the last segment is not the one that the map names',
    'phần cuối không phải phần mà bảng kê nêu');
  return out;
}

function follows(last, stub, place) {
  require(stub.sequence <= last.sequence + 1n, ...missing);
  require(stub.sequence === last.sequence + 1n && place.index > last.index, ...unordered);
  require(same(stub.previous, last.hash), 'log_proof.md 2.5', 'the chain of a feed is broken', 'chuỗi nhật ký bị đứt');
}

/** Step 6. */
function verifyShown(segment, scope) {
  for (const { op } of segment.ops) {
    require(same(op.holder, scope.holder), 'log_proof.md 2.6', 'a change is another person’s', 'có thay đổi của người khác');
    const written = msOf(op.stamp.hlc);
    require(written >= scope.from && written < scope.until, 'log_proof.md 2.6', 'a change is from outside the period', 'có thay đổi ngoài kỳ');
  }
  return segment;
}
