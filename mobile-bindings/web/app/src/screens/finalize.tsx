// Finalising: what is missing first; then the gates of the law that are closed, each passed with a reason; then it is signed.
import { useEffect, useState } from 'preact/hooks';
import { GandanError } from 'gandan';
import type { Draft } from '../draft';
import { VerdictLine } from '../form/verdicts';
import { findField, schemaPath } from '../lib/form';
import { go, href } from '../router';
import { shortId } from '../lib/text';
import { ask, changed } from '../session';
import { Icon } from '../ui/icons';
import { Act, Fault, Notice, Sheet, TextLine, toast } from '../ui/kit';
import { useAsk } from '../ui/use_ask';
import { faultText } from '../ui/values';
import { said, words } from '../words';

export function FinalizeSheet({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const w = words.value;
  const [reasons, setReasons] = useState<Readonly<Record<string, string>>>({});
  const [numbered, setNumbered] = useState(false);
  const [links, setLinks] = useState<'then' | 'now' | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  useEffect(() => {
    draft.showMissing.value = true;
    void draft.flush().catch(setError);
  }, []);
  const missing = draft.missing.value;
  const refused = [...draft.refused.value.values()];
  const gates = draft.verdicts.value.filter((verdict) => verdict.gate === true && verdict.holds === false && verdict.apart !== true);
  const ready = missing.length === 0 && refused.length === 0 && gates.every((gate) => (reasons[gate.rule] ?? '').trim() !== '');
  const jump = (path: string) => {
    onClose();
    requestAnimationFrame(() => {
      const place = document.getElementById(`at-${path}`) ?? document.getElementById(`at-${path.replace(/\.[^.\]]*$/, '')}`);
      place?.scrollIntoView({ block: 'start' });
      place?.querySelector<HTMLElement>('input:not(.hidden):not(.picker), textarea, select, button')?.focus({ preventScroll: true });
    });
  };
  const finalize = async () => {
    const id = draft.id.value;
    if (id === undefined) return;
    const overrides = gates.map((gate) => ({ rule: gate.rule, reason: (reasons[gate.rule] ?? '').trim() }));
    const answer = await ask('record.finalize', {
      id, ...(overrides.length > 0 ? { overrides } : {}), ...(draft.late ? { reason: draft.reason } : {}), ...(numbered ? { numbered } : {}), ...(links === undefined ? {} : { links }),
    });
    changed();
    toast(`${w.record.finalized}${answer.number === undefined ? '' : ` · ${w.record.numbered(answer.number)}`}`);
    go(href(['records', id]));
  };
  // Which linked records were signed again since: the core names them by their short ids.
  const differ = error instanceof GandanError ? error.fields.filter((field) => field.path === 'links') : [];
  const linked = useAsk('record.links', differ.length > 0 && draft.id.value !== undefined ? { id: draft.id.value } : undefined);
  const changedLinks = [...new Map((linked.data?.out ?? []).filter((link) => differ.some((field) => field.vi.includes(shortId(link.id)))).map((link) => [link.id, link])).values()];
  return (
    <Sheet title={w.record.finalizeTitle} onClose={onClose}
      footer={<Act kind="primary" icon="stamp" disabled={!ready} run={finalize} failed={setError}>{w.write.finalize}</Act>}>
      <div class="stack">
        {missing.length + refused.length > 0 ? (
          <>
            <Notice tone="warn">{w.record.notComplete}</Notice>
            <ul class="list card flush">
              {[...refused, ...missing].map((fault) => (
                <li key={fault.path + fault.code}>
                  <button type="button" class="item" onClick={() => jump(fault.path)}>
                    <Icon name="warn" /><span class="grow">{faultText(fault) || said(findField(draft.type.survey, schemaPath(fault.path))?.label)}</span><Icon name="right" />
                  </button>
                </li>
              ))}
            </ul>
          </>
        ) : <Notice>{w.record.finalizeHint}</Notice>}
        {gates.length > 0 && <Notice tone="bad">{w.record.gates}</Notice>}
        {gates.map((gate) => (
          <div class="stack tight" key={gate.rule + gate.path}>
            <VerdictLine verdict={gate} />
            <TextLine label={w.record.gateReason} value={reasons[gate.rule] ?? ''} onInput={(text) => setReasons({ ...reasons, [gate.rule]: text })} />
          </div>
        ))}
        {missing.length + refused.length === 0 && (
          <label class="option"><input type="checkbox" checked={numbered} onChange={(event) => setNumbered(event.currentTarget.checked)} /><span>{w.record.numberToo}</span></label>
        )}
        {differ.length === 0 ? <Fault error={error} /> : (
          <div class="stack tight" role="alert">
            <Notice tone="warn"><p>{w.record.linksDiffer}</p><ul>{changedLinks.map((link) => <li key={link.id}><b>{link.record?.title ?? shortId(link.id)}</b> ({said({ vi: link.label_vi, en: link.label_en })})</li>)}</ul></Notice>
            <div class="chips" role="group" aria-label={w.record.linksDiffer}>
              {([['then', w.record.linksThen], ['now', w.record.linksNow]] as const).map(([which, name]) => <button key={which} type="button" class="chip" aria-pressed={links === which} onClick={() => setLinks(which)}>{name}</button>)}
            </div>
            <p class="hint">{w.record.linksHint}</p>
          </div>
        )}
      </div>
    </Sheet>
  );
}
