// Questions that were asked about records of the period, those that wait for an answer first.
import { useEffect, useState } from 'preact/hooks';
import type { RecordAnswer, RecordListParams, Row } from 'gandan';
import { href } from '../router';
import { ask, device, revision } from '../session';
import { Empty, Fault, Notice, Progress, SectionTitle, Tag } from '../ui/kit';
import { speakerText } from '../ui/values';
import { momentText } from '../lib/dates';
import { words } from '../words';

const kMost = 500; // records that are looked into, the newest first

interface Asked {
  row: Row;
  question: string;
  by: RecordAnswer['workflow']['reviews'][number]['author'];
  open: boolean;
  answer: string;
  answeredAt: string;
}
function askedOf(row: Row, record: RecordAnswer): Asked[] {
  const signed = record.workflow.versions.find((version) => version.holds);
  return record.workflow.reviews.filter((review) => review.verdict === 'returned').map((review) => {
    const said = (review.answers ?? []).at(-1);
    return {
      row, question: review.question ?? '', by: review.author, open: review.current && said === undefined,
      answer: said?.text ?? signed?.reason ?? '', answeredAt: (said ?? signed)?.author.at ?? '',
    };
  });
}

function useAsked(range: RecordListParams): { asked: readonly Asked[]; done: number; all: number | undefined; more: boolean; error: unknown } {
  const [state, setState] = useState<{ asked: readonly Asked[]; done: number; all: number | undefined; more: boolean; error?: unknown }>({ asked: [], done: 0, all: undefined, more: false });
  const seen = revision.value;
  useEffect(() => {
    let over = false;
    const look = async () => {
      const { records } = await ask('record.list', { ...range, state: 'finalized', limit: kMost });
      const asked: Asked[] = [];
      for (const [done, row] of records.entries()) {
        if (over) return;
        asked.push(...askedOf(row, await ask('record.show', { id: row.id })));
        if (done % 25 === 0) setState({ asked: [...asked], done, all: records.length, more: false });
      }
      asked.sort((a, b) => Number(b.open) - Number(a.open) || b.by.at.localeCompare(a.by.at));
      if (!over) setState({ asked, done: records.length, all: records.length, more: records.length === kMost });
    };
    look().catch((error: unknown) => !over && setState((before) => ({ ...before, error })));
    return () => {
      over = true;
    };
  }, [JSON.stringify(range), seen]);
  return { error: undefined, ...state };
}

export function Talks({ range }: { range: RecordListParams }) {
  const w = words.value.talk;
  const { asked, done, all, more, error } = useAsked(range);
  const busy = all === undefined || done < all;
  return (
    <div class="stack">
      <Fault error={error} />
      {busy && error === undefined && <div role="status"><Progress share={all === undefined || all === 0 ? undefined : done / all} /><p class="small quiet">{w.looking}</p></div>}
      {more && <Notice tone="warn">{w.most(kMost)}</Notice>}
      {!busy && asked.length === 0 && <Empty icon="question">{w.none}</Empty>}
      {([[w.waiting, true], [w.answered, false]] as const).map(([title, open]) => {
        const those = asked.filter((one) => one.open === open);
        return those.length > 0 && (
          <section key={title} class="stack tight">
            <SectionTitle>{title} ({those.length})</SectionTitle>
            <ul class="list card flush">{those.map((one, place) => <li key={one.row.id + String(place)}><AskedLine one={one} /></li>)}</ul>
          </section>
        );
      })}
    </div>
  );
}
function AskedLine({ one }: { one: Asked }) {
  const w = words.value.talk;
  return (
    <a href={href(['records', one.row.id])}>
      <span class="grow">
        <span class="row between wrap"><b>{one.row.title}</b>{one.by.device === device.value?.id && <Tag tone="calm">{w.mine}</Tag>}</span>
        <span class="line-about serif">“{one.question}”</span>
        <span class="line-about small quiet">{speakerText(one.by)}</span>
        {!one.open && <span class="line-about answered"><b>{w.answerIs}</b> <span class="serif">{one.answer}</span> <span class="small quiet">{momentText(one.answeredAt)}</span></span>}
      </span>
    </a>
  );
}
