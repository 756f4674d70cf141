// What a proof showed, as plain values for printing and for programs: schema/wire/proof.md section 3.
import { isSuspect } from './proof.mjs';
import { dateText, instantText } from './segment.mjs';
import { roles } from './statement.mjs';
import { base32, hex, isZero } from './wire.mjs';

/** The names are those of 'gandan audit verify-proof --json'. */
export function reportOf(shown, fingerprint) {
  return { record: base32(shown.record), ...shownOf(shown, fingerprint) };
}

/** Of a log. */
export function logReportOf(shown, fingerprint) {
  const { scope } = shown;
  const about = { holder: base32(scope.holder), unit: base32(scope.unit), from: instantText(scope.from), until: instantText(scope.until) };
  return { record: '', ...shownOf(shown, fingerprint), log: { ...about, ...logOf(shown) } };
}

/** Of a report's figures. */
export function figuresReportOf(shown, fingerprint) {
  const { scope } = shown;
  const about = { holder: '', unit: base32(scope.units[0]), from: instantText(scope.from), until: '' };
  const report = {
    report: scope.report, version: scope.version, from: dateText(scope.first), until: dateText(scope.last), as_of: dateText(scope.asOf),
    units: scope.units.map(base32), whole_units: shown.units, size: Number(scope.size), root: hex(scope.root),
    checkpoint_at: instantText(shown.checkpointAt), printed: scope.file === null ? '' : hex(scope.file),
    figures: scope.figures.map((f) => ({ id: f.id, label: f.label, value: f.value, kind: f.kind, day: f.day, where: f.where, sum: f.sum,
      distinct: f.distinct, any_time: f.anyTime, drafts: f.drafts, paths: f.paths, records: f.records.map(base32) })),
  };
  return { record: '', ...shownOf(shown, fingerprint), log: { ...about, ...logOf(shown) }, report };
}

function logOf({ map, feeds, rosterSize, devices }) {
  return {
    map_index: Number(map.index), map_at: instantText(map.receipt), roster_size: rosterSize, devices,
    undisclosed: feeds.reduce((sum, f) => sum + f.changes - f.shown, 0),
    feeds: feeds.map((f) => ({ device: base32(f.device), unit: base32(f.unit), head: Number(f.next), segments: f.segments, changes: f.changes, shown: f.shown })),
  };
}

function shownOf(shown, fingerprint) {
  const changes = shown.segments.flatMap((s) => s.ops.map(({ op }) => ({
    record: base32(op.record), path: op.path, value: op.value, type: op.type, written_at: instantText(op.stamp.hlc >> 16n), suspect: isSuspect(op, s.notAfter),
    not_before: s.notBefore === null ? null : instantText(s.notBefore), not_after: instantText(s.notAfter),
    device: base32(s.feed.device), role: roles[s.role], accepted: s.accepted, unit: base32(s.feed.unit),
    holder: isZero(op.holder) ? null : base32(op.holder), sequence: Number(s.stub.sequence), ledger_index: Number(s.index),
    stamp: op.stamp.hlc, key: `${op.stamp.hlc} ${hex(op.stamp.feed)} ${hex(op.record)}`, replaces: op.replaces.map((r) => `${r.hlc} ${hex(r.feed)} ${hex(op.record)} ${op.path}`),
  })));
  const replaced = new Set(changes.flatMap((c) => c.replaces));
  changes.sort((a, b) => (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0));
  for (const c of changes) c.replaced = replaced.has(`${c.key} ${c.path}`);
  const witnesses = shown.witnesses.map((w) => ({ device: base32(w.id), time: instantText(w.time * 1000n) }));
  return { fingerprint, ledger_size: Number(shown.checkpoint.size), witnesses, changes };
}
