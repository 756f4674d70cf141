// What a proof showed, as plain values for printing and for programs: schema/wire/proof.md section 3.
import { isSuspect } from './proof.mjs';
import { instantText } from './segment.mjs';
import { roles } from './statement.mjs';
import { base32, hex, isZero } from './wire.mjs';

/** The names are those of 'gandan audit verify-proof --json'. */
export function reportOf(shown, fingerprint) {
  return { record: base32(shown.record), ...shownOf(shown, fingerprint) };
}

/** Of a log. */
export function logReportOf(shown, fingerprint) {
  const { scope, map, feeds } = shown;
  const log = {
    holder: base32(scope.holder), unit: base32(scope.unit), from: instantText(scope.from), until: instantText(scope.until),
    map_index: Number(map.index), map_at: instantText(map.receipt), roster_size: shown.rosterSize, devices: shown.devices,
    undisclosed: feeds.reduce((sum, f) => sum + f.changes - f.shown, 0),
    feeds: feeds.map((f) => ({ device: base32(f.device), head: Number(f.next), segments: f.segments, changes: f.changes, shown: f.shown })),
  };
  return { record: '', ...shownOf(shown, fingerprint), log };
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
