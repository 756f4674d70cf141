// Counting hands: three large counters, and the law's verdict as the numbers change.
import type { Draft } from '../draft';
import { kVotes, placed, type Field } from '../lib/form';
import { parseInteger } from '../lib/text';
import { Icon } from '../ui/icons';
import { faultText } from '../ui/values';
import { said, words } from '../words';

const asNumber = (value: unknown) => (typeof value === 'number' ? value : 0);

// How many the rule that decides wants, of how many: from the numbers that the rules used for this item.
function measure(draft: Draft, prefix: string): { total: number; needed: number } | undefined {
  const of = prefix.slice(0, -1);
  for (const verdict of draft.verdicts.value) {
    const name = Object.keys(verdict.used).find((key) => key === 'total' || key.endsWith('households__count') || key === 'households_total');
    const total = name === undefined ? 0 : Number(verdict.used[name]);
    if (verdict.path !== of || !(total > 0) || !/(two_thirds|more_than_half)/.test(verdict.rule)) continue;
    return { total, needed: verdict.rule.includes('two_thirds') ? Math.ceil((2 * total) / 3) : Math.floor(total / 2) + 1 };
  }
  return undefined;
}

export function VoteCounter({ draft, prefix, fields }: { draft: Draft; prefix: string; fields: readonly Field[] }) {
  const w = words.value.form;
  const rows = kVotes.map((name) => fields.find((field) => field.name === name)).filter((field) => field !== undefined);
  const counts = rows.map((field) => asNumber(draft.value(placed(field, prefix))));
  const given = counts.reduce((sum, n) => sum + n, 0);
  const mark = measure(draft, prefix);
  const total = Math.max(mark?.total ?? 0, given, 1);
  return (
    <fieldset class="field votes">
      <legend>{w.votes}</legend>
      {rows.map((field, row) => {
        const path = placed(field, prefix);
        const fault = draft.fault(path);
        const label = said(field.label);
        const put = (n: number) => draft.set(path, Math.max(0, n), true);
        return (
          <div class="stack tight" key={field.name} id={`at-${path}`}>
            <div class="vote">
              <span>{label} <span class="must" aria-hidden="true">*</span></span>
              <div class="stepper">
                <button type="button" aria-label={`${label}: ${w.oneLess}`} onClick={() => put((counts[row] ?? 0) - 1)}>−</button>
                <input inputMode="numeric" aria-label={label} aria-invalid={fault !== undefined} value={draft.value(path) === undefined || draft.value(path) === null ? '' : String(counts[row])}
                  onInput={(event) => {
                    const n = parseInteger(event.currentTarget.value);
                    if (typeof n === 'number') draft.set(path, n);
                    else if (event.currentTarget.value === '') draft.set(path, null);
                  }} />
                <button type="button" aria-label={`${label}: ${w.oneMore}`} onClick={() => put((counts[row] ?? 0) + 1)}>+</button>
              </div>
            </div>
            {fault !== undefined && <p class="fault"><Icon name="warn" />{faultText(fault)}</p>}
          </div>
        );
      })}
      {mark !== undefined && (
        <div class="stack tight">
          <div class="share" role="img" aria-label={`${counts.join(' / ')}, ${w.total}: ${mark.total}, ${w.needs(mark.needed)}`}>
            {['yes', 'no', 'other'].map((name, row) => <i key={name} class={name} style={{ width: `${(100 * (counts[row] ?? 0)) / total}%` }} />)}
            <b style={{ left: `calc(${(100 * mark.needed) / total}% - 1.5px)` }} />
          </div>
          <p class="row between small quiet"><span>{w.total}: {mark.total}</span><span>{w.needs(mark.needed)}</span></p>
        </div>
      )}
    </fieldset>
  );
}
