// Photos and files of a record: taken, made small, encrypted and kept at once; shown from what is here.
import { useEffect, useState } from 'preact/hooks';
import type { Draft } from '../draft';
import { dayText, local, nowText } from '../lib/dates';
import type { Field } from '../lib/form';
import { exifOf, type Exif } from '../lib/exif';
import { base64, isPhoto, photoWithExif, saveFile, shrinkPhoto } from '../lib/image';
import { bytesText } from '../lib/text';
import { ask, core } from '../session';
import { Icon } from '../ui/icons';
import { Act, Sheet, showError, toast } from '../ui/kit';
import { PickFile } from '../ui/qr';
import { words } from '../words';
import { FieldView } from './field';

export interface FileMeta {
  name: string;
  media_type: string;
  size: number | string;
}
export const isFile = (value: unknown): value is FileMeta => typeof value === 'object' && value !== null && 'media_type' in value;

// A file that is here, as content. Throws where it has not arrived yet.
export async function readFile(record: string, path: string, meta: FileMeta): Promise<Blob> {
  const out = await core().newPath(meta.name);
  try {
    await ask('attachment.read', { record, path, out });
    const content = await core().getFile(out);
    return new Blob([content], { type: meta.media_type });
  } finally {
    void core().dropFile(out).catch(() => undefined);
  }
}

// In pieces, each sealed as it comes: nothing of it lies anywhere in clear, and no request is large.
type Progress = (share: number) => void;
async function attach(draft: Draft, path: string, file: Blob, name: string, progress: Progress): Promise<void> {
  await draft.outside(async (record) => {
    const late = draft.late ? { late: true, reason: draft.reason } : {};
    const { upload, piece, most } = await ask('attachment.begin', { record, name, size: file.size, path, media_type: file.type || 'application/octet-stream', ...late });
    try {
      const step = Math.max(piece, most - (most % piece));
      for (let offset = 0; offset === 0 || offset < file.size; offset += step) {
        await ask('attachment.append', { upload, offset, data: await base64(file.slice(offset, offset + step)) });
        progress(Math.min(1, (offset + step) / Math.max(1, file.size)));
      }
      await ask('attachment.finish', { upload });
    } catch (error) {
      void ask('attachment.discard', { upload }).catch(() => undefined);
      throw error;
    }
  });
}
// Of a photo the place and the camera's data stay out unless `keep`; then it is told what there was to keep.
async function take(draft: Draft, path: string, file: File, keep: boolean, progress: Progress): Promise<void> {
  try {
    if (!isPhoto(file)) return await attach(draft, path, file, file.name, progress);
    const { day, time } = local(nowText());
    const { content, exif } = keep ? await photoWithExif(file) : { content: await shrinkPhoto(file), exif: undefined };
    await attach(draft, path, content, `anh-${day}-${time.replace(':', '')}.jpg`, progress);
    if (keep) toast(keptText(exif));
  } catch (error) {
    showError(error);
  }
}
function keptText(exif: Exif | undefined): string {
  const w = words.value.form;
  if (exif === undefined || (exif.taken === '' && exif.place === undefined)) return w.keptNothing;
  return exif.place === undefined ? w.keptNoPlace : w.keptAll;
}

function PickButtons({ draft, path }: { draft: Draft; path: string }) {
  const w = words.value.form;
  const [busy, setBusy] = useState<number | undefined>(undefined); // share that is taken
  const [keep, setKeep] = useState(false);
  const picked = async (file: File) => {
    setBusy(0);
    await take(draft, path, file, keep, setBusy);
    setBusy(undefined);
  };
  return (
    <div class="stack tight">
      <div class="row wrap">
        <PickFile icon="camera" accept="image/*" capture label={w.photo} onPick={picked} />
        <PickFile label={w.file} onPick={picked} />
      </div>
      <label class="option"><input type="checkbox" checked={keep} onChange={(event) => setKeep(event.currentTarget.checked)} /><span>{w.keepExif}</span></label>
      <p class="hint" aria-live="polite">{busy !== undefined ? `${w.attaching} ${Math.round(100 * busy)} %` : keep ? w.keepExifHint : w.photoHint}</p>
    </div>
  );
}

// The list "files": one item a file, with its caption.
export function FilesList({ draft, path, field }: { draft: Draft; path: string; field: Field }) {
  const w = words.value;
  const file = field.children?.find((child) => child.type === 'file');
  const others = (field.children ?? []).filter((child) => child !== file);
  const items = draft.list(path);
  return (
    <div class="stack">
      {items.length > 0 && (
        <div class="photo-grid">
          {items.map((item) => {
            const meta = file === undefined ? undefined : item[file.name];
            return (
              <div class="photo" key={item.id}>
                {isFile(meta) && <FileThumb record={draft.id.value ?? ''} path={`${path}[${item.id}].${file?.name}`} meta={meta} />}
                {others.map((child) => <FieldView key={child.path} draft={draft} prefix={`${path}[${item.id}].`} field={child} />)}
                <button type="button" class="button plain" onClick={() => draft.removeItem(`${path}[${item.id}]`)}>{w.remove}</button>
              </div>
            );
          })}
        </div>
      )}
      {file !== undefined && <PickButtons draft={draft} path={file.path} />}
    </div>
  );
}
// One file in a field of its own.
export function FileInput({ draft, path, value, labelId }: { draft: Draft; path: string; field: Field; value: unknown; labelId: string }) {
  return (
    <div class="stack tight" role="group" aria-labelledby={labelId}>
      {isFile(value) && <div class="photo-grid"><FileThumb record={draft.id.value ?? ''} path={path} meta={value} /></div>}
      <PickButtons draft={draft} path={path} />
    </div>
  );
}

// A picture, or the file's name; pressed, it opens.
export function FileThumb({ record, path, meta }: { record: string; path: string; meta: FileMeta }) {
  const w = words.value;
  const [url, setUrl] = useState<string | undefined>(undefined);
  const [exif, setExif] = useState<Exif | undefined>(undefined);
  const [open, setOpen] = useState(false);
  const picture = meta.media_type.startsWith('image/');
  useEffect(() => {
    if (!picture || record === '') return;
    let made: string | undefined;
    let over = false;
    readFile(record, path, meta).then(
      async (content) => {
        const said = exifOf(new Uint8Array(await content.arrayBuffer()));
        if (over) return;
        made = URL.createObjectURL(content);
        setUrl(made);
        setExif(said);
      },
      () => undefined, // not here yet: its name is shown
    );
    return () => {
      over = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [record, path, meta.name]);
  return (
    <>
      <button type="button" class="photo" style={{ padding: 0, border: 0, background: 'none' }} aria-label={`${w.record.openFile}: ${meta.name}`} onClick={() => setOpen(true)}>
        {url !== undefined ? <img src={url} alt="" /> : <span class="no-image"><Icon name={picture ? 'camera' : 'file'} /><span class="small">{meta.name}</span></span>}
      </button>
      {open && (
        <Sheet title={meta.name} broad onClose={() => setOpen(false)}
          footer={<Act icon="download" run={async () => saveFile(await readFile(record, path, meta), meta.name)}>{w.download}</Act>}>
          {exif !== undefined && <CameraSays exif={exif} />}
          {url !== undefined ? <img class="whole" src={url} alt={meta.name} /> : <p>{meta.name}, {bytesText(Number(meta.size))}</p>}
        </Sheet>
      )}
    </>
  );
}

// What is in the photo itself: the camera's word.
function CameraSays({ exif }: { exif: Exif }) {
  const w = words.value.form;
  const [day = '', time = ''] = exif.taken.split(' ');
  const lines = [exif.taken === '' ? '' : `${w.takenAt} ${dayText(day)} ${time}`, exif.place === undefined ? '' : `${w.takenWhere} ${exif.place.latitude.toFixed(5)}, ${exif.place.longitude.toFixed(5)}`].filter((line) => line !== '');
  if (lines.length === 0) return null;
  return <p class="quiet"><b>{w.cameraSays}</b> {lines.join(' · ')}. {w.cameraNote}</p>;
}
