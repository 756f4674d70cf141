// The proof of a report's figures: schema/wire/log_proof.md section 4. The logs as in log.mjs; then each figure is counted again from
// the changes that are shown.
import { beginLog, verifyLogs, verifyMap } from './log.mjs';
import { isSuspect, stoodAt } from './proof.mjs';
import { hex, refuse, require, same, sha256, utf8 } from './wire.mjs';

const increasing = (list) => list.every((x, i) => i === 0 || Buffer.compare(list[i - 1], x) < 0);
const section = 'log_proof.md 4';

/** Verifies the file's bytes against the fingerprint (32 bytes) and says what was shown; throws Refused. */
export function verifyFigures(file, fingerprint) {
  const begun = beginLog(file, fingerprint, 2n, readScope);
  const { parts: { scope, map }, roster, context } = begun;
  require(scope.units.every((u) => roster.units.has(hex(u))), `${section}.1`, 'a unit is not one of the statements’', 'đơn vị không có trong danh bạ');
  const rosters = roster.heads.length - 1;
  require(scope.rosterSize > 0 && scope.rosterSize <= rosters && roster.placed.every((p) => (p.number <= scope.rosterSize) === (p.index < scope.size)),
    `${section}.1`, 'the roster is not that of the report’s checkpoint', 'danh bạ không phải của mốc sổ cái mà báo cáo nêu');
  const checkpointAt = stoodAt(scope.size, scope.root, context);
  require(scope.asOf <= localDay(checkpointAt), `${section}.1`, 'it is told as of a day that the report’s checkpoint has not reached',
    'tính đến một ngày mà mốc sổ cái của báo cáo chưa tới');
  const units = new Set([...roster.units.keys()].filter((u) => scope.units.some((above) => roster.within(u, hex(above), scope.rosterSize))));
  const lines = verifyMap(begun);
  require(map.index + 1n >= scope.size, `${section}.2`, 'the feed map was logged before the report’s checkpoint', 'bảng kê có trước mốc sổ cái của báo cáo');
  const allowed = new Map();
  for (const f of scope.figures) for (const id of f.records) allowed.set(hex(id), new Set([...(allowed.get(hex(id)) ?? []), ...pathsOf(f)]));
  const shown = verifyLogs(begun, lines, units, (segment) => verifyShown(segment, scope, allowed));
  const places = byPlace(shown.segments);
  for (const f of scope.figures) recount(scope, f, places);
  return { scope, ...shown, units: units.size, checkpointAt };
}

/** Whether these bytes are the report's file that the proof names. */
export function isPrinted(scope, bytes) {
  require(scope.file !== null, `${section}.5`, 'the proof names no report’s file', 'bằng chứng không nêu tệp báo cáo nào');
  require(same(sha256(bytes), scope.file), `${section}.5`, 'the report’s file is another one', 'tệp báo cáo là tệp khác');
}

function readScope(r) {
  const scope = { units: r.list(() => r.raw(16)), from: r.signed(), report: r.text(), version: r.num(2 ** 32 - 1) };
  [scope.first, scope.last, scope.asOf] = [readDay(r), readDay(r), readDay(r)];
  Object.assign(scope, { size: r.varint(), root: r.raw(32), rosterSize: r.num() });
  scope.file = r.bool() ? r.raw(32) : null;
  scope.figures = r.list(() => readFigure(r));
  require(scope.from >= 0n && scope.size > 0n && scope.first <= scope.last && scope.asOf <= scope.last, `${section}.1`, 'the period is none', 'kỳ không hợp lệ');
  require(scope.from <= startOf(scope.first), `${section}.1`, 'the logs begin behind the period’s begin', 'nhật ký nêu ra bắt đầu sau ngày đầu kỳ');
  require(isPlain(scope.report), ...unplain);
  require(scope.units.length > 0 && scope.figures.length > 0 && scope.figures.length <= 500 &&
    new Set(scope.figures.map((f) => f.id)).size === scope.figures.length, `${section}.1`, 'the claim is malformed', 'điều nêu ra sai mẫu');
  return scope;
}
function readDay(r) {
  const day = r.signed();
  require(BigInt.asIntN(32, day) === day, 'encoding.md 1', 'a number is out of its range', 'một con số ngoài giới hạn');
  return day;
}
// The program's texts are bytes to it; what is not UTF-8 is refused where it is shown.
function readFigure(r) {
  const f = { id: r.text(), label: { vi: r.text(), en: r.text() }, value: r.signed(), kind: r.text(), day: r.text(), where: r.text(),
    sum: r.text(), distinct: r.text(), anyTime: r.bool(), drafts: r.bool() };
  const paths = r.list((x) => x.blob());
  f.records = r.list((x) => x.raw(16));
  const bad = [`${section}.1`, 'the claim is malformed', 'điều nêu ra sai mẫu'];
  require(f.id && f.kind && increasing(paths) && increasing(f.records) && !(f.sum && f.distinct), ...bad);
  f.paths = paths.map(utf8);
  require([f.id, f.label.vi, f.label.en, f.kind, f.day, f.where, f.sum, f.distinct, ...f.paths].every(isPlain), ...unplain);
  require(!f.sum || (isName(f.sum) && f.paths.includes(f.sum)), ...bad);
  if (f.distinct) {
    f.joined = joinedText(f.distinct) ?? refuse(...bad);
    require(f.joined.every((p) => p.name === undefined || f.paths.includes(p.name)), ...bad);
  }
  return f;
}
// Whoever made the file chose these words, and they are printed among the verifier's own: no line begins in them, and none runs backwards.
const isPlain = (text) => !/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(text);
const unplain = [`${section}.1`, 'a text has line breaks, or control or direction characters', 'có chữ chứa ký tự xuống dòng, điều khiển hoặc đổi chiều'];
const isName = (text) => /^[a-z_][a-z0-9_]*$/.test(text);

/** project || ' / ' || household: names and texts, joined; null where it is anything else. */
function joinedText(formula) {
  const parts = [];
  for (let rest = formula; ; ) {
    const found = /^ *(?:'([^']*)'|([a-z_][a-z0-9_]*)) *(\|\|)?/.exec(rest);
    if (!found) return null;
    parts.push(found[2] === undefined ? { text: found[1] } : { name: found[2] });
    rest = rest.slice(found[0].length);
    if (found[3] === undefined) return rest === '' ? parts : null;
  }
}

const pathsOf = (f) => new Set(['@kind', '@final', ...f.paths, ...(f.day ? [f.day] : [])]);

/** Only what the figures read of the records that they name, and only what the report's checkpoint has. */
function verifyShown(segment, scope, allowed) {
  for (const { op } of segment.ops) {
    const paths = allowed.get(hex(op.record)) ?? refuse(`${section}.3`, 'a change is of a record that no figure names', 'có thay đổi của hồ sơ không số liệu nào nêu');
    require(paths.has(op.path), `${section}.3`, 'a change is one that no figure reads', 'có thay đổi mà không số liệu nào đọc');
    require(segment.index < scope.size, `${section}.3`, 'a change lies behind the report’s checkpoint', 'có thay đổi đứng sau mốc sổ cái của báo cáo');
  }
  return segment;
}

const at = (record, path) => `${hex(record)} ${path}`;
const stampOf = (s) => `${s.hlc} ${hex(s.feed)}`;
function byPlace(segments) {
  const out = new Map();
  for (const s of segments) {
    for (const { op } of s.ops) {
      const key = at(op.record, op.path);
      out.set(key, [...(out.get(key) ?? []), { ...op, suspect: isSuspect(op, s.notAfter) }]);
    }
  }
  return out;
}

/** Of the changes that no other shown one replaces the last; of a draft, those of a wrong clock come first. */
function said(places, record, path) {
  const all = places.get(at(record, path)) ?? [];
  const replaced = new Set(all.flatMap((o) => o.replaces.map(stampOf)));
  const draft = !places.has(at(record, '@final'));
  const later = (a, b) => {
    if (draft && a.suspect !== b.suspect) return b.suspect;
    return a.stamp.hlc === b.stamp.hlc ? Buffer.compare(a.stamp.feed, b.stamp.feed) > 0 : a.stamp.hlc > b.stamp.hlc;
  };
  return all.filter((o) => !replaced.has(stampOf(o.stamp))).reduce((best, o) => (best === null || later(o, best) ? o : best), null);
}

const hours7 = 25200000n;
const floorDiv = (a, b) => (a >= 0n ? a / b : -((-a + b - 1n) / b));
const localDay = (ms) => floorDiv(ms + hours7, 86400000n);
/** Of a day its first moment; of one of before 1970 that year's, for no receipt lies before it. */
const startOf = (day) => (day * 86400000n > hours7 ? day * 86400000n - hours7 : 0n);
const dayOf = (op) => (op?.type === 4 ? op.days : op?.type === 5 ? localDay(op.ms) : null);

function recount(scope, f, places) {
  const wrong = (en, vi) => refuse(`${section}.4`, `${f.id}: ${en}`, `${f.id}: ${vi}`);
  for (const record of f.records) belongs(scope, f, places, record, wrong);
  let count = BigInt(f.records.length);
  if (f.sum) {
    count = f.records.reduce((total, record) => {
      const op = said(places, record, f.sum);
      if (op?.type !== 2) wrong('a record has not the number that is summed', 'có hồ sơ không có số để cộng');
      if (BigInt.asIntN(64, total + op.value) !== total + op.value) wrong('the sum is too large', 'tổng quá lớn');
      return total + op.value;
    }, 0n);
  } else if (f.distinct) {
    count = BigInt(new Set(f.records.map((record) => f.joined.map((p) => p.text ?? textOf(said(places, record, p.name), wrong)).join(''))).size);
  }
  if (count !== f.value) wrong(`the records give ${count}, not ${f.value}`, `các hồ sơ đếm ra ${count}, không phải ${f.value}`);
}

function textOf(op, wrong) {
  const text = { 2: () => `${op.value}`, 3: () => op.value, 4: () => op.value, 6: () => op.value.join(' ') }[op?.type]?.() ?? '';
  return text || wrong('a record has not what is told apart', 'có hồ sơ không có mục để phân biệt');
}

function belongs(scope, f, places, record, wrong) {
  const kind = said(places, record, '@kind');
  if (kind?.type !== 3 || kind.value !== f.kind) wrong('a record is of another kind', 'có hồ sơ loại khác');
  const day = f.day ? dayOf(said(places, record, f.day)) : null;
  if (day !== null && day > scope.last) wrong('a record is of a later day', 'có hồ sơ của ngày sau kỳ');
  if (!f.anyTime && (day === null || day < scope.first)) wrong('a record is from before the period', 'có hồ sơ trước kỳ');
  const final = said(places, record, '@final');
  if (final === null && f.drafts) return;
  if (final?.type !== 11) wrong('a record is not finalised', 'có hồ sơ chưa chốt');
  const seen = new Map(final.seen.map((s) => [hex(s.feed), s.hlc]));
  for (const path of pathsOf(f)) {
    if (path === '@final') continue;
    for (const op of places.get(at(record, path)) ?? []) {
      if (op.stamp.hlc > (seen.get(hex(op.stamp.feed)) ?? -1n)) wrong('a change was not signed', 'có thay đổi không nằm trong bản đã chốt');
    }
  }
}
