// What the rules of law say of a draft or a record, with the article and the numbers they used.
import type { Verdict } from 'gandan';
import type { Draft } from '../draft';
import { Icon, type IconName } from '../ui/icons';
import { said, words } from '../words';

export function VerdictList({ draft, path }: { draft: Draft; path: string }) {
  const found = draft.verdicts.value.filter((verdict) => verdict.path === path);
  return found.length === 0 ? null : <div class="stack tight" aria-live="polite">{found.map((verdict) => <VerdictLine key={verdict.rule} verdict={verdict} />)}</div>;
}

export function VerdictLine({ verdict }: { verdict: Verdict }) {
  const w = words.value.record;
  const open = verdict.state === 'open';
  const [look, icon]: [string, IconName] =
    verdict.holds === true ? ['holds', 'check']
    : verdict.holds === false ? [verdict.severity === 'violation' ? 'fails' : 'warning', verdict.severity === 'violation' ? 'cross' : 'warn']
    : ['', open ? 'clock' : 'question'];
  return (
    <div class={`verdict ${look}`}>
      <Icon name={icon} />
      <div>
        <p>{said(verdict.message)}</p>
        <p class="small quiet">
          {[verdict.article, verdict.law].filter((one) => one !== '').join(', ')}
          {!verdict.verified && ` · ${w.notVerified}`}
          {verdict.apart === true && ` · ${w.apart}`}
        </p>
        {verdict.overridden !== undefined && <p class="small"><b>{w.overridden}</b> {verdict.overridden}</p>}
      </div>
    </div>
  );
}
