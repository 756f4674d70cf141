// A record in a list: what it is called, where and when, how it stands.
import type { Row, Stage } from 'gandan';
import { dayText } from '../lib/dates';
import { kLists } from '../lib/form';
import { kinds } from '../session';
import { said, words } from '../words';
import { Tag, type Tone } from './kit';

export const stageTone: Record<Stage, Tone | undefined> = { draft: 'warn', finalized: 'calm', received: 'calm', accepted: 'good', returned: 'bad', answered: 'calm', amended: 'warn', withdrawn: undefined, deleted: undefined };
export const stageText = (kind: string, stage: Stage) => (stage === 'draft' && kLists.includes(kind) ? words.value.stage.list : words.value.stage[stage]);

export function RecordLine({ row, to, current = false, snippet }: { row: Row; to: string; current?: boolean; snippet?: readonly { text: string; hit: boolean }[] | undefined }) {
  const w = words.value;
  const list = kLists.includes(row.kind) && row.workflow === 'draft';
  return (
    <a href={to} aria-current={current ? 'true' : undefined}>
      <span class="grow">
        <b class="line-title">{row.title || said(kinds.value.get(row.kind)?.label)}</b>
        <span class="small quiet line-about">{[said(kinds.value.get(row.kind)?.label), dayText(row.date), row.unit_name].filter((one) => one !== '').join(' · ')}</span>
        {snippet !== undefined && snippet.length > 0 && <span class="small line-about">{snippet.map((part, n) => (part.hit ? <mark key={n}>{part.text}</mark> : part.text))}</span>}
        <span class="row wrap line-tags">
          <Tag tone={list ? undefined : stageTone[row.workflow]}>{stageText(row.kind, row.workflow)}</Tag>
          {row.conflict && <Tag tone="bad" icon="fork">{w.flags.conflict}</Tag>}
          {row.late_edits && <Tag tone="warn">{w.flags.late}</Tag>}
        </span>
      </span>
    </a>
  );
}
