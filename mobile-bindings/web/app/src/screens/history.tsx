// The story of a record: its signed versions, the records it was read with then and what these are now, and save by save.
import { useEffect, useState } from 'preact/hooks';
import type { RecordAnswer, RecordHistoryResult } from 'gandan';
import { linkedThen } from '../lib/talk';
import { shortId } from '../lib/text';
import { href } from '../router';
import { ask } from '../session';
import { Fault, Loading, SectionTitle, Tag } from '../ui/kit';
import { useAsk } from '../ui/use_ask';
import { authorText } from '../ui/values';
import { said, words } from '../words';

export function History({ id, record }: { id: string; record: RecordAnswer }) {
  const w = words.value;
  const answer = useAsk('record.history', { id });
  if (answer.data === undefined) return answer.error === undefined ? <Loading /> : <Fault error={answer.error} />;
  return (
    <section class="stack">
      {record.workflow.versions.length > 1 && (
        <div class="card">
          <h3>{w.record.versions}</h3>
          <ul>{record.workflow.versions.map((version) => <li key={version.number}>{w.record.version(version.number)}: {authorText(version.author)}{version.holds && <> <Tag tone="good">{w.record.holds}</Tag></>}</li>)}</ul>
        </div>
      )}
      <Linked id={id} history={answer.data} />
      {record.workflow.copied_from !== undefined && <CopiedFrom id={record.workflow.copied_from} />}
      <SectionTitle>{w.record.story}</SectionTitle>
      <ol class="story">
        {answer.data.story.map((chapter, place) => (
          <li key={place} class={chapter.arrival}>
            <p>{said(chapter)}</p>
            {chapter.reason !== undefined && <p class="serif">“{chapter.reason}”</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function CopiedFrom({ id }: { id: string }) {
  const from = useAsk('record.show', { id });
  return <p>{words.value.record.copiedFrom}: <a href={href(['records', id])}>{from.data?.document.title ?? `${shortId(id)} ${words.value.record.notHere}`}</a></p>;
}

interface Side {
  id: string;
  field: string;
  then: string; // its title when this record was signed
  thenVersion: number; // 0: a draft
  now: string;
  nowVersion: number;
}
// As it was signed then, when that version is here; as it is now.
async function sideOf(id: string, field: string, content: string | undefined): Promise<Side> {
  try {
    const { document, workflow } = await ask('record.show', { id });
    const now = document.title ?? '';
    const version = workflow.versions.find((one) => one.content_hash === content);
    if (version === undefined) return { id, field, then: now, thenVersion: 0, now, nowVersion: workflow.version };
    const then = version.number === workflow.version ? document : (await ask('record.show', { id, version: version.number })).document;
    return { id, field, then: then.title ?? now, thenVersion: version.number, now, nowVersion: workflow.version };
  } catch {
    const title = `${shortId(id)} ${words.value.record.notHere}`;
    return { id, field, then: title, thenVersion: 0, now: title, nowVersion: 0 };
  }
}

function Linked({ id, history }: { id: string; history: RecordHistoryResult }) {
  const w = words.value.record;
  const links = useAsk('record.links', { id }).data;
  const [sides, setSides] = useState<readonly Side[]>([]);
  useEffect(() => {
    if (links === undefined) return;
    let over = false;
    const then = linkedThen(history.changes);
    const fieldOf = (target: string) => {
      const link = links.out.find((one) => one.id === target);
      return link === undefined ? '' : said({ vi: link.label_vi, en: link.label_en });
    };
    void Promise.all([...then].map(([target, content]) => sideOf(target, fieldOf(target), content))).then((found) => !over && setSides(found));
    return () => {
      over = true;
    };
  }, [history, links]);
  if (sides.length === 0) return null;
  return (
    <div class="stack tight">
      <SectionTitle>{w.readWith}</SectionTitle>
      <ul class="list card flush">{sides.map((side) => <li key={side.id}><a href={href(['records', side.id])}><SideLine side={side} /></a></li>)}</ul>
    </div>
  );
}
function SideLine({ side }: { side: Side }) {
  const w = words.value.record;
  const changed = side.thenVersion !== side.nowVersion || side.then !== side.now;
  const version = (n: number) => (n === 0 ? w.stillDraft : w.version(n));
  return (
    <span class="grow">
      {side.field !== '' && <span class="small quiet line-about">{side.field}</span>}
      {!changed ? <><b>{side.now}</b> {side.thenVersion > 0 && <Tag tone="good">{w.sameNow}</Tag>}</> : (
        <>
          <span class="line-about"><span class="quiet">{w.then}:</span> <b>{side.then}</b> <span class="small quiet">({version(side.thenVersion)})</span></span>
          <span class="line-about"><span class="quiet">{w.now}:</span> <b>{side.now}</b> {side.nowVersion > 0 && <Tag tone="warn">{side.thenVersion > 0 ? w.changedSince : w.version(side.nowVersion)}</Tag>}</span>
        </>
      )}
    </span>
  );
}
