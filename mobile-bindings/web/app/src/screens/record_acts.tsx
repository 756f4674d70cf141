// What one may do with a record: go on writing, print, accept, return, copy, withdraw, prove.
import { useState } from 'preact/hooks';
import type { RecordAnswer } from 'gandan';
import { kLists } from '../lib/form';
import { saveFile } from '../lib/image';
import { shortId } from '../lib/text';
import { go, href } from '../router';
import { ask, changed, core, does } from '../session';
import { Icon } from '../ui/icons';
import { Act, Fault, Sheet, TextLine, toast } from '../ui/kit';
import { words } from '../words';
import { printHtml } from '../ui/print';

type Asking = 'withdraw' | 'return' | 'ask' | 'more' | undefined;
export function RecordActs({ record }: { record: RecordAnswer }) {
  const w = words.value.record;
  const { document, workflow } = record;
  const [asking, setAsking] = useState<Asking>(undefined);
  const id = record.id;
  const open = document.state === 'draft' || document.state === 'finalized';
  const reviews = does('office', 'admin') && (workflow.state === 'finalized' || workflow.state === 'received' || workflow.state === 'returned' || workflow.state === 'answered');
  const asks = !does('office', 'admin') && does('supervisor') && document.state === 'finalized';
  const writes = does('cadre', 'admin', 'office');
  const print = async () => printHtml((await ask('record.print', { id })).html ?? '');
  return (
    <div class="row wrap no-print">
      {open && writes && document.state === 'draft' && <a class={`button ${kLists.includes(document.kind) ? '' : 'primary'}`} href={href(['write', id])}><Icon name="pen" />{w.edit}</a>}
      {reviews && workflow.state !== 'returned' && (
        <>
          <Act kind="primary" icon="check" run={async () => {
            await ask('record.accept', { id });
            changed();
            toast(w.accepted);
          }}>{w.accept}</Act>
          <button type="button" class="button" onClick={() => setAsking('return')}><Icon name="undo" />{w.giveBack}</button>
        </>
      )}
      {asks && <button type="button" class="button primary" onClick={() => setAsking('ask')}><Icon name="question" />{words.value.talk.ask}</button>}
      <Act icon="print" run={print}>{w.print}</Act>
      <button type="button" class="button" aria-haspopup="dialog" onClick={() => setAsking('more')}><Icon name="more" />{w.more}</button>
      {asking === 'more' && (
        <Sheet title={w.more} onClose={() => setAsking(undefined)}>
          <div class="stack">
            {open && writes && document.state === 'finalized' && <a class="button wide" href={href(['write', id])}><Icon name="pen" />{w.amend}</a>}
            {open && writes && !kLists.includes(document.kind) && <Act kind="wide" icon="copy" run={async () => go(href(['write', (await ask('record.copy', { id })).id]))}>{w.copy}</Act>}
            {open && does('office', 'admin') && workflow.numbers.length === 0 && <Act kind="wide" icon="records" run={async () => {
              const answer = await ask('number.assign', { id });
              changed();
              toast(w.numbered(answer.number ?? ''));
            }}>{w.number}</Act>}
            <div>
              <Act kind="wide" icon="shield" run={() => prove(id)}>{w.prove}</Act>
              <p class="small quiet">{w.proveHint}</p>
            </div>
            {open && writes && <button type="button" class="button danger wide" onClick={() => setAsking('withdraw')}><Icon name="trash" />{w.withdraw}</button>}
          </div>
        </Sheet>
      )}
      {asking === 'withdraw' && <WhySheet title={w.withdraw} label={w.withdrawReason} act={w.withdraw} onClose={() => setAsking(undefined)} run={async (reason) => {
        await ask('record.withdraw', { id, reason });
        toast(w.withdrawn);
      }} />}
      {asking === 'return' && <WhySheet title={w.giveBack} label={w.question} act={w.giveBack} onClose={() => setAsking(undefined)} run={async (question) => {
        await ask('record.return', { id, question });
        toast(w.returned);
      }} />}
      {asking === 'ask' && <WhySheet title={words.value.talk.ask} hint={words.value.talk.askHint} label={words.value.talk.askLabel} act={words.value.talk.ask} onClose={() => setAsking(undefined)} run={async (question) => {
        await ask('record.return', { id, question });
        toast(words.value.talk.asked);
      }} />}
    </div>
  );
}

async function prove(id: string): Promise<void> {
  const out = await core().newPath('bang-chung.proof');
  await ask('audit.prove', { record: id, out });
  saveFile(await core().getFile(out), `${shortId(id)}.proof`);
  void core().dropFile(out).catch(() => undefined);
}

// Something that wants a sentence: a reason, a question.
export function WhySheet({ title, hint, label, act, run, onClose }: { title: string; hint?: string; label: string; act: string; run: (sentence: string) => Promise<void>; onClose: () => void }) {
  const [sentence, setSentence] = useState('');
  const [error, setError] = useState<unknown>(undefined);
  return (
    <Sheet title={title} onClose={onClose}
      footer={<Act kind="primary" disabled={sentence.trim() === ''} failed={setError} run={async () => {
        await run(sentence.trim());
        changed();
        onClose();
      }}>{act}</Act>}>
      <div class="stack">{hint !== undefined && <p class="quiet">{hint}</p>}<TextLine label={label} value={sentence} onInput={setSentence} /><Fault error={error} /></div>
    </Sheet>
  );
}
