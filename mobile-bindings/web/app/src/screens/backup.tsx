// Backup: everything this vault has in one file, and the way back. The file is a bundle: it opens on devices that have a
// role in these units, and on no other.
import { useState } from 'preact/hooks';
import { GandanError, type BundleImportResult } from 'gandan';
import { exportBundle, importBundle } from '../bundles';
import { Page } from '../frame';
import { todayText } from '../lib/dates';
import { keepFile, type Kept } from '../lib/keep';
import { bytesText } from '../lib/text';
import { changed, status } from '../session';
import { Act, Fault, Notice, SectionTitle } from '../ui/kit';
import { PickFile } from '../ui/qr';
import { Gaps } from '../ui/warnings';
import { said, words } from '../words';

const kMost = 512 * 1024 * 1024; // bytes that bundle.import takes

async function everything(name: string, attachments: boolean): Promise<Blob> {
  const content = await exportBundle(name, { attachments, everything: true });
  if (content.size > kMost) throw GandanError.of('format.too_large', bytesText(content.size)); // nobody could read it again
  return content;
}

export function BackupScreen() {
  const w = words.value.backup;
  const [attachments, setAttachments] = useState(true);
  const [kept, setKept] = useState<Kept | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const name = `gan-dan-sao-luu-${todayText()}.bundle`;
  const make = async () => {
    setKept(undefined);
    setKept(await keepFile(name, () => everything(name, attachments)));
    changed();
  };
  return (
    <Page title={w.title} backTo={true}>
      <div class="stack loose">
        <p>{w.intro}</p>
        <section class="card stack">
          <label class="option"><input type="checkbox" checked={attachments} onChange={(event) => setAttachments(event.currentTarget.checked)} /><span>{w.attachments}</span></label>
          <Act kind="primary big" icon="download" run={make} failed={setError}>{w.make}</Act>
          <p class="small quiet">{w.records(status.value?.records ?? 0)} {w.safe}</p>
          <Fault error={error} />
          {error instanceof GandanError && error.is('format.too_large') && <Notice tone="warn">{w.tooLarge}</Notice>}
          <div aria-live="polite">{kept !== undefined && <Notice tone={kept.how === 'differs' ? 'bad' : 'good'}><p>{w[kept.how](kept.name, bytesText(kept.size))}</p></Notice>}</div>
        </section>
        <div class="halves">
          <PlainList title={w.holds} lines={w.holdsList} />
          <PlainList title={w.holdsNot} lines={w.holdsNotList} />
        </div>
        <Restore />
      </div>
    </Page>
  );
}

function PlainList({ title, lines, numbered = false }: { title: string; lines: readonly string[]; numbered?: boolean }) {
  const items = lines.map((line) => <li key={line}>{line}</li>);
  return <section class="stack tight"><SectionTitle>{title}</SectionTitle>{numbered ? <ol class="lines">{items}</ol> : <ul class="lines">{items}</ul>}</section>;
}

function Restore() {
  const w = words.value;
  const [took, setTook] = useState<BundleImportResult | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const read = async (file: File) => {
    setTook(undefined);
    try {
      setTook(await importBundle(file.name, file));
      setError(undefined);
    } catch (failed) {
      setError(failed);
    }
  };
  const { segments = 0, changes = 0, refusals = [] } = took?.received ?? {};
  return (
    <>
      <PlainList title={w.backup.again} lines={w.backup.steps} numbered />
      <section class="card stack">
        <PickFile label={w.backup.read} kind="big" onPick={read} />
        <Fault error={error} />
        <div aria-live="polite">{took !== undefined && <Notice tone="good"><p>{segments === 0 && took.gaps.length === 0 ? w.backup.nothingNew : `${w.carry.took}: ${w.sync.parts(segments)}, ${w.sync.changes(changes)}`}</p>{refusals.map((one) => <p key={one.detail}>{said(one)}</p>)}</Notice>}</div>
        {took !== undefined && <Gaps gaps={took.gaps} />}
      </section>
    </>
  );
}
