// Questions and answers about a record, one under the other; the way to answer; and a supervisor's own notes about it.
import { useState } from 'preact/hooks';
import type { RecordAnswer } from 'gandan';
import { conversation, type TalkLine } from '../lib/talk';
import { shortId } from '../lib/text';
import { href } from '../router';
import { ask, does } from '../session';
import { Icon, type IconName } from '../ui/icons';
import { SectionTitle, Tag, toast } from '../ui/kit';
import { RecordLine } from '../ui/record_line';
import { useAsk } from '../ui/use_ask';
import { speakerText } from '../ui/values';
import { words } from '../words';
import { WhySheet } from './record_acts';

// The question about what is signed now, that nobody has answered yet.
export const openQuestion = (record: RecordAnswer) => record.workflow.reviews.find((review) => review.current && review.verdict === 'returned' && (review.answers ?? []).length === 0);

export function Talk({ record }: { record: RecordAnswer }) {
  const w = words.value.talk;
  const { reviews, versions } = record.workflow;
  const [answering, setAnswering] = useState(false);
  const asked = reviews.length > 0 || versions.length > 1;
  const history = useAsk('record.history', asked ? { id: record.id } : undefined);
  const lines = conversation(history.data?.changes ?? []);
  const answers = openQuestion(record) !== undefined && record.document.state === 'finalized' && does('cadre', 'admin');
  if (lines.length === 0) return null;
  return (
    <section class="stack tight" aria-label={w.title}>
      <SectionTitle>{w.title}</SectionTitle>
      <ol class="talk">{lines.map((line, place) => <Line key={place} line={line} />)}</ol>
      {answers && (
        <div class="row wrap no-print">
          <button type="button" class="button primary" onClick={() => setAnswering(true)}><Icon name="pen" />{w.answerInWords}</button>
          <a class="button" href={href(['write', record.id])}><Icon name="undo" />{w.answerByAmending}</a>
        </div>
      )}
      {answers && <p class="small quiet no-print">{w.answerHint}</p>}
      {answering && <WhySheet title={w.answerInWords} hint={w.answerInWordsHint} label={w.answer} act={w.answer} onClose={() => setAnswering(false)} run={async (answer) => {
        await ask('record.answer', { id: record.id, answer });
        toast(w.answeredNow);
      }} />}
    </section>
  );
}

const icons: Record<TalkLine['what'], IconName> = { question: 'question', answer: 'pen', finalized: 'stamp', accepted: 'check' };
function Line({ line }: { line: TalkLine }) {
  const w = words.value;
  return (
    <li class={line.what}>
      <Icon name={icons[line.what]} />
      <div class="grow">
        <p class="small quiet"><b>{w.talk[line.what]}</b> · {speakerText(line.author)} {!line.received && <Tag tone="warn">{w.talk.notSent}</Tag>}</p>
        {line.text !== '' && <p class="serif big-value">{line.text}</p>}
      </div>
    </li>
  );
}

// A note is an inspection that names the record, in the supervisor's own unit: it stays with supervisors.
export const noteAbout = (record: RecordAnswer) =>
  `${record.workflow.versions.at(-1)?.author.unit_name ?? ''}: ${record.document.title ?? ''} (${shortId(record.id)})`.replace(/^: /, '');

export function Notes({ record }: { record: RecordAnswer }) {
  const w = words.value.talk;
  const supervises = does('supervisor') && record.document.kind !== 'inspection';
  const short = shortId(record.id);
  const found = useAsk('search', supervises ? { text: short.replace('-', ' '), kind: 'inspection', limit: 50 } : undefined);
  const notes = (found.data?.hits ?? []).filter((hit) => hit.title.includes(`(${short})`));
  if (!supervises) return null;
  return (
    <section class="stack tight no-print">
      <SectionTitle>{w.notes}</SectionTitle>
      {notes.length === 0 ? <p class="quiet">{w.noNotes}</p> : <ul class="list card flush">{notes.map((row) => <li key={row.id}><RecordLine row={row} to={href(['records', row.id])} /></li>)}</ul>}
      <p><a class="button" href={href(['write', 'new', 'inspection'], { inspected: noteAbout(record) })}><Icon name="plus" />{w.addNote}</a></p>
    </section>
  );
}
