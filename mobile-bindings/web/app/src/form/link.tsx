// Another record, chosen from those that are here by the words of its title.
import { useState } from 'preact/hooks';
import type { Draft } from '../draft';
import { dayText } from '../lib/dates';
import { fold, shortId } from '../lib/text';
import { href } from '../router';
import { kinds } from '../session';
import { Icon } from '../ui/icons';
import { Empty, Sheet, TextLine } from '../ui/kit';
import { useAsk } from '../ui/use_ask';
import { said, words } from '../words';
import type { InputProps } from './inputs';

const kMost = 2000; // records to choose from
const kShown = 60; // at once: further ones by searching

export function LinkInput(props: InputProps<string> & { draft: Draft }) {
  const w = words.value.form;
  const kind = props.field.link ?? '';
  const [choosing, setChoosing] = useState(false);
  const [wanted, setWanted] = useState('');
  const answer = useAsk('record.list', { kind, order: 'title', limit: kMost });
  const rows = answer.data?.records ?? [];
  const chosen = rows.find((row) => row.id === props.value);
  const label = said(kinds.value.get(kind)?.label);
  const found = rows.filter((row) => fold(row.title).includes(fold(wanted)));
  const choose = (id: string | null) => {
    props.set(id, true);
    setChoosing(false);
  };
  return (
    <>
      <div class="with-button">
        <button type="button" class="input row" style={{ textAlign: 'left' }} id={props.id} aria-labelledby={`${props.id}-label ${props.id}-value`} aria-haspopup="dialog"
          aria-describedby={props.describedBy} onClick={() => setChoosing(true)}>
          <span class="grow" id={`${props.id}-value`}>{props.value === '' ? <span class="quiet">{w.choose}</span> : (chosen?.title ?? `→ ${shortId(props.value)}`)}</span>
          <Icon name="right" />
        </button>
        {props.value !== '' && <button type="button" class="button" aria-label={`${w.clear}: ${said(props.field.label)}`} onClick={() => choose(null)}><Icon name="close" /></button>}
      </div>
      {choosing && (
        <Sheet title={w.chooseRecord(label)} onClose={() => setChoosing(false)}
          footer={<a class="button" href={href(['write', 'new', kind])}><Icon name="plus" />{w.newRecord(label)}</a>}>
          <div class="stack">
            {rows.length > 6 && <TextLine label={w.search} type="search" value={wanted} onInput={setWanted} />}
            {rows.length === 0 && !answer.busy && <Empty icon="records">{w.noRecords(label)}</Empty>}
            <ul class="list card flush" hidden={found.length === 0}>
              {found.slice(0, kShown).map((row) => (
                <li key={row.id}>
                  <button type="button" class="item" aria-current={row.id === props.value} onClick={() => choose(row.id)}>
                    <span class="grow">{row.title}<br /><span class="small quiet">{[row.unit_name, dayText(row.date)].filter((one) => one !== '').join(' · ')}</span></span>
                  </button>
                </li>
              ))}
            </ul>
          </div>
        </Sheet>
      )}
    </>
  );
}
