// A sealed field: its text is encrypted for the devices that are named and is never shown here again.
import { useState } from 'preact/hooks';
import type { Draft } from '../draft';
import { isEmpty, type Field } from '../lib/form';
import { ask } from '../session';
import { Icon } from '../ui/icons';
import { Act, Fault, Sheet } from '../ui/kit';
import { useAsk } from '../ui/use_ask';
import { valueText } from '../ui/values';
import { said, words } from '../words';

export function SealedInput({ draft, path, field, value, labelId }: { draft: Draft; path: string; field: Field; value: unknown; labelId: string }) {
  const w = words.value;
  const [open, setOpen] = useState(false);
  return (
    <div class="stack tight" role="group" aria-labelledby={labelId}>
      <p class="hint row"><Icon name="lock" />{w.form.sealed}</p>
      <div class="row wrap">
        {!isEmpty(value) && <span>{valueText(field, value)}</span>}
        <button type="button" class="button" onClick={() => setOpen(true)}><Icon name="lock" />{w.form.seal}</button>
      </div>
      {open && <SealSheet draft={draft} path={path} field={field} onClose={() => setOpen(false)} />}
    </div>
  );
}

function SealSheet({ draft, path, field, onClose }: { draft: Draft; path: string; field: Field; onClose: () => void }) {
  const w = words.value;
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [error, setError] = useState<unknown>(undefined);
  const devices = (useAsk('device.list', {}).data?.devices ?? []).filter((one) => !one.own && one.grants.some((grant) => grant.active));
  const flip = (id: string, on: boolean) => setChosen((before) => new Set(on ? [...before, id] : [...before].filter((one) => one !== id)));
  const seal = async () => {
    const late = draft.late ? { late: true, reason: draft.reason } : {};
    await draft.outside((id) => ask('record.seal', { id, path, value: text, for: [...chosen], ...late }));
    onClose();
  };
  return (
    <Sheet title={`${w.form.seal}: ${said(field.label)}`} onClose={onClose}
      footer={<Act kind="primary" icon="lock" disabled={text.trim() === '' || chosen.size === 0} run={seal} failed={setError}>{w.form.seal}</Act>}>
      <div class="stack">
        <Fault error={error} />
        <div class="field">
          <label class="label" for="seal-text">{w.form.sealText}</label>
          <textarea class="input" id="seal-text" rows={3} value={text} autocomplete="off" onInput={(event) => setText(event.currentTarget.value)} />
        </div>
        <fieldset class="field">
          <legend>{w.form.sealFor}</legend>
          <div class="options">
            {devices.map((one) => (
              <label class="option" key={one.id}>
                <input type="checkbox" checked={chosen.has(one.id)} onChange={(event) => flip(one.id, event.currentTarget.checked)} />
                <span>{one.label || one.short}<br /><span class="small quiet">{one.grants.map((grant) => `${w.role[grant.role]}, ${grant.unit_name}`).join('; ')}</span></span>
              </label>
            ))}
          </div>
        </fieldset>
      </div>
    </Sheet>
  );
}
