// Ticking off the households of the frozen roll: those that are present, or those that consent.
import type { Draft } from '../draft';
import { allFields, itemsAt, type Field, type Item } from '../lib/form';
import { todayText } from '../lib/dates';
import { Icon } from '../ui/icons';
import { useAsk } from '../ui/use_ask';
import { said, words } from '../words';

interface Household {
  code: string;
  name: string;
}

export function RollList({ draft, path, field, how }: { draft: Draft; path: string; field: Field; how: 'present' | 'consent' }) {
  const w = words.value.form;
  const link = [...allFields(draft.type.survey)].find((one) => one.type === 'link' && one.link === 'household_roll');
  const roll = link === undefined ? undefined : draft.value(link.path);
  const answer = useAsk('record.show', typeof roll === 'string' && roll !== '' ? { id: roll } : undefined);
  const items = draft.list(path);
  const coming = draft.newItems.value.get(path) ?? [];
  const households: Household[] = itemsAt(answer.data?.document.items, 'households').map((one) => ({ code: String(one.code ?? ''), name: String(one.representative ?? '') }));
  for (const item of items) if (!households.some((one) => one.code === item.household)) households.push({ code: String(item.household ?? ''), name: '' });
  if (households.length === 0) return <p class="quiet">{w.rollNone}</p>;

  const itemOf = (code: string): Item | undefined => items.find((one) => one.household === code);
  const newOf = (code: string) => coming.findIndex((one) => one.household === code);
  const ticked = (code: string): boolean | undefined => {
    const item = itemOf(code);
    if (item !== undefined) return how === 'consent' ? true : (draft.value(`${path}[${item.id}].present`) as boolean | undefined);
    const row = coming[newOf(code)];
    return row === undefined ? undefined : how === 'consent' ? true : row.present === true;
  };
  const tick = (code: string, on: boolean) => {
    const item = itemOf(code);
    const at = newOf(code);
    if (how === 'consent') {
      if (!on && item !== undefined) draft.removeItem(`${path}[${item.id}]`);
      else if (!on) draft.changeNew(path, at, undefined);
      else draft.addItem(path, { household: code, on: todayText() });
    } else if (item !== undefined) draft.set(`${path}[${item.id}].present`, on, true);
    else if (at >= 0) draft.changeNew(path, at, { present: on });
    else draft.addItem(path, { household: code, present: on });
  };
  const present = households.filter((one) => ticked(one.code) === true).length;
  return (
    <div class="stack tight">
      <div class="row between wrap">
        <p aria-live="polite"><b>{how === 'present' ? w.rollCount(present, households.length) : w.consentCount(present, households.length)}</b></p>
        {how === 'present' && present < households.length && (
          <button type="button" class="button plain" onClick={() => households.forEach((one) => ticked(one.code) !== true && tick(one.code, true))}>{w.allPresent}</button>
        )}
      </div>
      <div class="roll" role="group" aria-label={said(field.label)}>
        {households.map((one) => {
          const on = ticked(one.code);
          return (
            <button key={one.code} type="button" aria-pressed={on === true} onClick={() => tick(one.code, on !== true)}>
              <b>{one.code}{on === true && <Icon name="check" />}{on === false && <Icon name="cross" />}</b>
              <span>{one.name || ' '}</span>
            </button>
          );
        })}
      </div>
    </div>
  );
}
