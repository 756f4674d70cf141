// Opening what is sealed for this device; the opening is written into the record first.
import { useState } from 'preact/hooks';
import type { RecordAnswer } from 'gandan';
import { ask, changed } from '../session';
import { Act } from '../ui/kit';
import { said, words } from '../words';

export function Unseal({ record, path }: { record: RecordAnswer; path: string }) {
  const w = words.value.form;
  const [text, setText] = useState<string | undefined>(undefined);
  const sealed = (record.sealed ?? []).filter((one) => one.path === path);
  return (
    <div class="stack tight">
      {sealed.map((one) => <p key={one.pick} class="small quiet">{said(one)}</p>)}
      {text !== undefined ? <p class="serif">{text}</p> : sealed.some((one) => one.may_open) && (
        <>
          <p class="small">{w.unsealHint}</p>
          <Act icon="lock" run={async () => {
            setText((await ask('record.unseal', { id: record.id, path })).value);
            changed();
          }}>{w.unseal}</Act>
        </>
      )}
    </div>
  );
}
