// One record: how it stands, whether it arrived, what it says, what the rules say, who signed, its story.
import { useState } from 'preact/hooks';
import type { Arrival, RecordAnswer } from 'gandan';
import { VerdictLine } from '../form/verdicts';
import { Page } from '../frame';
import { kLists } from '../lib/form';
import { shortId } from '../lib/text';
import { href, query, setQuery } from '../router';
import { ask, does, formOf, kinds } from '../session';
import { Icon } from '../ui/icons';
import { Empty, Fault, Loading, Notice, SectionTitle, Segments } from '../ui/kit';
import { stageText, stageTone } from '../ui/record_line';
import { useAsk } from '../ui/use_ask';
import { authorText, type Titles } from '../ui/values';
import { said, words } from '../words';
import { History } from './history';
import { Content } from './record_content';
import { RecordActs } from './record_acts';
import { Signatures } from './signatures';
import { Notes, Talk } from './talk';

export function RecordScreen({ id }: { id: string }) {
  const answer = useAsk('record.show', { id });
  const title = said(kinds.value.get(answer.data?.document.kind ?? '')?.label) || words.value.loading;
  return <Page title={title} backTo={true}><RecordView id={id} /></Page>;
}

type Tab = 'content' | 'history' | 'links';
export function RecordView({ id }: { id: string }) {
  const w = words.value;
  const answer = useAsk('record.show', { id });
  const links = useAsk('record.links', { id });
  const tab = (query.value.get('tab') ?? 'content') as Tab;
  if (answer.data === undefined) return answer.error === undefined ? <Loading /> : <Fault error={answer.error} retry={answer.reload} />;
  const record = answer.data;
  const titles: Titles = new Map((links.data?.out ?? []).map((link) => [link.id, link.record?.title ?? `${shortId(link.id)} ${w.record.notHere}`]));
  return (
    <article class="stack loose" key={id}>
      <Head record={record} />
      <RecordActs record={record} />
      <div class="no-print"><Segments label={w.menu} value={tab} options={[['content', w.record.content], ['history', w.record.history], ['links', w.record.links]]} onChange={(next) => setQuery('tab', next === 'content' ? undefined : next)} /></div>
      {tab === 'content' && (
        <>
          <Talk record={record} />
          <ArrivalCard arrival={record.arrival} />
          <Content record={record} titles={titles} />
          <Rules record={record} />
          {record.document.state === 'finalized' && <Signatures id={id} />}
          <Notes record={record} />
        </>
      )}
      {tab === 'history' && <History id={id} record={record} />}
      {tab === 'links' && <Links data={links.data} />}
      <p class="small quiet">{w.record.id}: <span class="mono">{shortId(id)}</span></p>
    </article>
  );
}

function Head({ record }: { record: RecordAnswer }) {
  const w = words.value;
  const { document, workflow } = record;
  const type = formOf(document);
  const stage = stageText(document.kind, workflow.state);
  const number = workflow.numbers.at(-1)?.text;
  const list = kLists.includes(document.kind) && workflow.state === 'draft';
  return (
    <header class="stack tight">
      <p class="row between wrap"><span class="quiet">{said(type?.label)}{number === undefined ? '' : ` · ${w.record.numbered(number)}`}</span><span class={`stamp ${list ? 'quiet' : (stageTone[workflow.state] ?? 'quiet')}`}>{stage}</span></p>
      <h2>{document.title || said(type?.label)}</h2>
      {workflow.state !== 'draft' && <p class="quiet">{said(workflow)}</p>}
      {workflow.ignored.map((author) => <Notice key={author.at} tone="warn">{w.record.ignored}: {authorText(author)}</Notice>)}
      {workflow.versions.filter((version) => !version.whole).map((version) => <Notice key={version.number} tone="bad">{w.record.version(version.number)}: {w.record.notWhole}</Notice>)}
      {document.conflicts.length > 0 && <Notice tone="bad" icon="fork">{w.record.conflict}. <a href={href('conflicts', { record: document.id })}>{w.record.resolve}</a></Notice>}
    </header>
  );
}

const arrivalTone = { pending: 'warn', sealed: 'warn', partly: 'warn', received: 'good' } as const;
export function ArrivalCard({ arrival }: { arrival: Arrival }) {
  const w = words.value;
  return (
    <section class="stack tight" aria-label={w.record.arrival}>
      <Notice tone={arrivalTone[arrival.state]} icon={arrival.state === 'received' ? 'cloud' : 'phone'}>
        <p><b>{w.record.arrival}</b> {said(arrival)}</p>
        {arrival.attachments.length > 0 && (
          <ul class="stack tight" style={{ marginTop: 'var(--s2)' }}>
            {arrival.attachments.map((file) => (
              <li key={file.path} class="row"><Icon name={file.sent >= file.chunks ? 'check' : 'clip'} /><span class="grow"><b>{file.name}</b> <span class="small">{said(file)}</span></span></li>
            ))}
          </ul>
        )}
      </Notice>
    </section>
  );
}

function Rules({ record }: { record: RecordAnswer }) {
  const w = words.value;
  if (record.verdicts.length === 0) return null;
  const weight = (holds: boolean | null) => (holds === false ? 0 : holds === null ? 1 : 2);
  const sorted = [...record.verdicts].sort((a, b) => weight(a.holds) - weight(b.holds));
  return (
    <section class="stack tight">
      <SectionTitle>{w.record.rules}</SectionTitle>
      {sorted.map((verdict) => <VerdictLine key={verdict.rule + verdict.path + String(verdict.apart)} verdict={verdict} />)}
    </section>
  );
}

function Links({ data }: { data: Awaited<ReturnType<typeof linksOf>> | undefined }) {
  const w = words.value;
  if (data === undefined) return <Loading />;
  if (data.out.length + data.in.length === 0) return <Empty icon="records">{w.none}</Empty>;
  return (
    <div class="stack">
      {([[w.record.links, data.out], [w.record.namedBy, data.in]] as const).map(([title, links]) => links.length > 0 && (
        <section key={title} class="stack tight">
          <SectionTitle>{title}</SectionTitle>
          <ul class="list card flush">
            {links.map((link) => (
              <li key={link.id + link.path}>
                <a href={href(['records', link.id])}><span class="grow"><span class="small quiet line-about">{said({ vi: link.label_vi, en: link.label_en })}</span>{link.record?.title ?? w.record.notHere}</span><Icon name="right" /></a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
const linksOf = (id: string) => ask('record.links', { id });

// A record beside its list; used where there is room for both.
export function DetailPane({ id }: { id: string | undefined }) {
  const [seen] = useState(does('office'));
  return id === undefined ? <div class="card"><Empty icon={seen ? 'inbox' : 'records'}>{words.value.list.choose}</Empty></div> : <div class="card"><RecordView id={id} /></div>;
}
