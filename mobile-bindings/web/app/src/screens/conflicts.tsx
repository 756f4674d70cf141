// Where two people wrote differently without knowing of each other: side by side; one is chosen, or a third is written.
import { useState } from 'preact/hooks';
import type { Conflict } from 'gandan';
import { Page } from '../frame';
import { findField } from '../lib/form';
import { href, query } from '../router';
import { ask, changed, kinds } from '../session';
import { Act, Empty, Fault, Loading, Notice, Tag, TextLine, toast } from '../ui/kit';
import { useAsk } from '../ui/use_ask';
import { authorText, choiceText, valueText } from '../ui/values';
import { said, words } from '../words';

export function ConflictsScreen() {
  const w = words.value.conflict;
  const record = query.value.get('record');
  const answer = useAsk('conflict.list', record === null ? {} : { record });
  return (
    <Page title={w.title} backTo={true}>
      <div class="stack loose">
        <Notice icon="fork">{w.intro}</Notice>
        <Fault error={answer.error} retry={answer.reload} />
        {answer.data === undefined ? answer.error === undefined && <Loading /> : answer.data.conflicts.length === 0 ? <Empty icon="check">{w.none}</Empty>
          : answer.data.conflicts.map((one) => <ConflictCard key={one.record + one.path} conflict={one} />)}
      </div>
    </Page>
  );
}

function ConflictCard({ conflict }: { conflict: Conflict }) {
  const w = words.value.conflict;
  const [reason, setReason] = useState('');
  const [third, setThird] = useState<string | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const field = findField(kinds.value.get(conflict.kind)?.survey ?? [], conflict.path);
  const why = reason.trim() === '' ? {} : { reason: reason.trim() };
  const resolve = async (choice: { pick: number } | { value: string }) => {
    await ask('conflict.resolve', { record: conflict.record, path: conflict.path, ...choice, ...why });
    changed();
    toast(w.done);
  };
  return (
    <section class="card stack">
      <div><a href={href(['records', conflict.record])}>{conflict.title}</a><h2>{said({ vi: conflict.label_vi, en: conflict.label_en })}</h2><p class="small quiet">{said(conflict)}</p></div>
      <ol class="side-by-side">
        {conflict.heads.map((head, place) => (
          <li key={place} class="item">
            <p class="serif big-value">{valueText(field, head.value) || '–'}</p>
            <p class="small quiet">{authorText(head.author)} {place === 0 && <Tag tone="calm">{w.shown}</Tag>}</p>
            <Act kind="primary" icon="check" run={() => resolve({ pick: place })} failed={setError}>{w.choose}</Act>
          </li>
        ))}
      </ol>
      {field !== undefined && (third === undefined ? <button type="button" class="button" onClick={() => setThird('')}>{w.third}</button> : (
        <div class="stack tight">
          {field.choices !== undefined ? (
            <select class="input" aria-label={w.third} value={third} onChange={(event) => setThird(event.currentTarget.value)}>
              <option value="">{words.value.form.choose}</option>{field.choices.map((choice) => <option key={choice.name} value={choice.name}>{choiceText(field, choice.name)}</option>)}
            </select>
          ) : <TextLine label={w.third} value={third} onInput={setThird} />}
          <Act kind="primary" disabled={third.trim() === ''} run={() => resolve({ value: third.trim() })} failed={setError}>{words.value.save}</Act>
        </div>
      ))}
      <TextLine label={w.reason} value={reason} onInput={setReason} />
      <Fault error={error} />
    </section>
  );
}
