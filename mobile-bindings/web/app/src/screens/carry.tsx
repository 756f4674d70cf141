// The same as sending, by hand: everything in one file, or a few records as QR codes from screen to camera.
import { useRef, useState } from 'preact/hooks';
import type { BundleImportResult } from 'gandan';
import { exportBundle, importBundle } from '../bundles';
import { Page } from '../frame';
import { dayText, todayText } from '../lib/dates';
import { saveFile } from '../lib/image';
import { gather, missing, split, whole, type Gathered } from '../lib/parts';
import { bytesText } from '../lib/text';
import { changed } from '../session';
import { Icon } from '../ui/icons';
import { Act, Fault, Notice, Sheet, toast } from '../ui/kit';
import { PickFile, QrCodes, QrScanner } from '../ui/qr';
import { Gaps } from '../ui/warnings';
import { said, words } from '../words';

export function CarryScreen() {
  const w = words.value.carry;
  const [attachments, setAttachments] = useState(true);
  const [everything, setEverything] = useState(false);
  const [made, setMade] = useState<{ content: Blob; name: string } | undefined>(undefined);
  const [took, setTook] = useState<BundleImportResult | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [scanning, setScanning] = useState(false);
  const name = `gan-dan-${todayText()}.bundle`;
  const bundle = (files: boolean) => exportBundle(name, { attachments: files, everything });
  const show = async () => {
    const parts = split(new Uint8Array(await (await bundle(false)).arrayBuffer()));
    if (parts.length === 0) toast(w.tooBigForQr, true);
    setCodes(parts);
    changed();
  };
  const make = async () => {
    const content = await bundle(attachments);
    setMade({ content, name });
    saveFile(content, name);
    changed();
  };
  const take = async (file: Blob) => {
    try {
      setTook(await importBundle(name, file));
      setError(undefined);
    } catch (failed) {
      setError(failed);
    }
  };
  const shared = made === undefined ? undefined : { files: [new File([made.content], made.name)] };
  return (
    <Page title={w.title} backTo={true}>
      <div class="stack loose">
        <Notice icon="share">{w.intro}</Notice>
        <Fault error={error} />
        <section class="card stack">
          <label class="option"><input type="checkbox" checked={attachments} onChange={(event) => setAttachments(event.currentTarget.checked)} /><span>{w.attachments}</span></label>
          <label class="option"><input type="checkbox" checked={everything} onChange={(event) => setEverything(event.currentTarget.checked)} /><span>{w.everything}</span></label>
          <Act kind="primary big" icon="download" run={make} failed={setError}>{w.make}</Act>
          <Act icon="qr" run={show} failed={setError}>{w.qr} ({w.noFiles})</Act>
          {made !== undefined && <Notice tone="good"><p>{w.made(bytesText(made.content.size))} <span class="mono">{made.name}</span></p></Notice>}
          {made !== undefined && shared !== undefined && navigator.canShare?.(shared) && <Act icon="share" run={() => navigator.share(shared)}>{words.value.share}</Act>}
        </section>
        <section class="card stack">
          <PickFile label={w.take} kind="big" onPick={take} />
          <button type="button" class="button" onClick={() => setScanning(true)}><Icon name="qr" />{w.scan}</button>
          {took !== undefined && <Notice tone={took.received.held > 0 ? 'calm' : 'good'}><p>{w.took}: {words.value.sync.parts(took.received.segments)}, {words.value.sync.changes(took.received.changes)}{took.received.held > 0 && `; ${w.heldBack(took.received.held)}`} · {dayText(todayText())}</p>{took.received.refusals.map((one) => <p key={one.detail}>{said(one)}</p>)}</Notice>}
          {took !== undefined && <Gaps gaps={took.gaps} />}
        </section>
      </div>
      {codes.length > 0 && <Sheet title={w.qr} onClose={() => setCodes([])}><QrCodes texts={codes} label={w.qr} /></Sheet>}
      {scanning && <PartsScanner onClose={() => setScanning(false)} onWhole={(content) => { setScanning(false); void take(content); }} />}
    </Page>
  );
}

function PartsScanner({ onWhole, onClose }: { onWhole: (content: Blob) => void; onClose: () => void }) {
  const gathered = useRef<Gathered | undefined>(undefined);
  const [left, setLeft] = useState<number | undefined>(undefined);
  const read = (text: string) => {
    const next = gather(gathered.current, text);
    if (next === undefined) return true;
    gathered.current = next;
    setLeft(missing(next));
    const content = whole(next);
    if (content === undefined) return true;
    onWhole(new Blob([content as BlobPart]));
    return false;
  };
  return <QrScanner onClose={onClose} onRead={read} {...(left === undefined ? {} : { note: words.value.carry.partsLeft(left) })} />;
}
