// What stands above a screen's own matter until somebody did something about it.
import type { StatusResult } from 'gandan';
import { href } from '../router';
import { device, native, status } from '../session';
import { nearlyFull, room } from '../storage';
import { bytesText } from '../lib/text';
import { said, words } from '../words';
import { Notice } from './kit';

export const nearlyFullText = () => {
  const w = words.value.settings;
  return native.value ? w.diskFull(bytesText(room.value?.free ?? 0)) : w.storageFull;
};
export function NearlyFull() {
  return nearlyFull.value ? <Notice tone="bad"><a href={href('more')}>{nearlyFullText()}</a></Notice> : null;
}

// The newest key of a unit is not here: what is written there waits.
export function WithoutKey({ linked = true }: { linked?: boolean }) {
  const w = words.value.today;
  const units = status.value?.units_without_key ?? [];
  if (units.length === 0) return null;
  return (
    <Notice tone="warn" icon="key">
      <p><b>{w.withoutKey(units.map((unit) => unit.name).join(', '))}</b></p>
      <p class="small">{w.keyComes}</p>
      {linked && <a href={href('sync')}>{words.value.sync.title}</a>}
    </Notice>
  );
}
// The same in short, above a form: of units where this device has a role itself.
export function WritesWithoutKey() {
  const w = words.value.today;
  const units = (status.value?.units_without_key ?? []).filter((unit) => device.value?.grants.some((grant) => grant.active && grant.unit === unit.id));
  return units.length === 0 ? null : <Notice tone="warn" icon="key"><p>{w.withoutKey(units.map((unit) => unit.name).join(', '))} {w.waitsHere}</p></Notice>;
}

// Whose earlier segments are missing, and what brings them.
export function Gaps({ gaps }: { gaps: StatusResult['gaps'] }) {
  return (
    <>
      {gaps.map((gap) => (
        <Notice key={gap.device + gap.unit.id} tone="warn"><p>{said(gap)}</p><p class="small quiet mono">{gap.code}</p></Notice>
      ))}
    </>
  );
}
