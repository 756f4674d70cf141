// QR codes: drawn as one SVG path, and read from the camera or a picture.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import encodeQR from 'qr';
import { words } from '../words';
import { Act, Notice, Sheet } from './kit';

const kLargest = 2300; // bytes: what one code holds and a phone still reads

export const fitsQr = (text: string) => text.length <= kLargest;

export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const cells = encodeQR(text, 'raw', { ecc: text.length > 600 ? 'low' : 'medium', border: 3 });
    const runs = cells.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')));
    return { size: cells.length, path: runs.join('') };
  }, [text]);
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <path d={path} fill="#000" />
    </svg>
  );
}

const kTurn = 1400; // ms for each code
// Several codes, one after another, over and over: the other device only looks.
export function QrCodes({ texts, label }: { texts: readonly string[]; label: string }) {
  const [place, setPlace] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setPlace((now) => (now + 1) % texts.length), kTurn);
    return () => clearInterval(timer);
  }, [texts]);
  return (
    <div class="stack">
      {texts.length > 1 && <p>{words.value.carry.showNext} <b class="numeric">{place + 1} / {texts.length}</b></p>}
      <QrCode text={texts[place] ?? ''} label={`${label} ${place + 1} / ${texts.length}`} />
    </div>
  );
}

async function readPicture(file: Blob): Promise<string | undefined> {
  const { default: decodeQR } = await import('qr/decode.js');
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, 1600 / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const image = context?.getImageData(0, 0, canvas.width, canvas.height);
  try {
    return image === undefined ? undefined : decodeQR(image);
  } catch {
    return undefined;
  }
}

// Looks through the camera until a code is read; a picture of the code serves as well.
// `onRead` answers true to go on: further codes are to come.
export function QrScanner({ onRead, onClose, note }: { onRead: (text: string) => boolean | void; onClose: () => void; note?: string }) {
  const w = words.value;
  const video = useRef<HTMLVideoElement>(null);
  const [blind, setBlind] = useState(false);
  const [nothing, setNothing] = useState(false);
  useEffect(() => {
    let over = false;
    let stream: MediaStream | undefined;
    const look = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } });
        if (over || video.current === null) throw new Error('closed');
        video.current.srcObject = stream;
        await video.current.play();
      } catch {
        stream?.getTracks().forEach((track) => track.stop());
        if (!over) setBlind(true);
        return;
      }
      const { default: decodeQR } = await import('qr/decode.js');
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('2d', { willReadFrequently: true });
      while (!over && video.current !== null && context !== null) {
        [canvas.width, canvas.height] = [video.current.videoWidth, video.current.videoHeight];
        if (canvas.width > 0) {
          context.drawImage(video.current, 0, 0);
          try {
            const text = decodeQR(context.getImageData(0, 0, canvas.width, canvas.height));
            if (!over) over = onRead(text) !== true;
          } catch {
            // no code in this frame
          }
        }
        await new Promise((resolve) => setTimeout(resolve, 120));
      }
    };
    void look();
    return () => {
      over = true;
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);
  const picture = async (file: File | undefined) => {
    if (file === undefined) return;
    const text = await readPicture(file);
    setNothing(text === undefined);
    if (text !== undefined) onRead(text);
  };
  return (
    <Sheet title={w.scan.title} onClose={onClose}>
      <div class="stack">
        {blind ? <Notice tone="warn">{w.scan.noCamera}</Notice> : <video ref={video} class="qr" muted playsInline aria-label={w.scan.title} />}
        {note !== undefined && <p aria-live="polite"><b>{note}</b></p>}
        {nothing && <Notice tone="bad">{w.scan.notFound}</Notice>}
        <PickFile accept="image/*" label={w.scan.fromImage} onPick={(file) => void picture(file)} />
      </div>
    </Sheet>
  );
}

// A button that lets the person choose a file.
export function PickFile({ label, accept, capture, icon = 'file', kind = '', onPick }: {
  label: string; accept?: string; capture?: boolean; icon?: 'file' | 'camera' | 'download' | 'map'; kind?: string; onPick: (file: File) => unknown;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input ref={input} type="file" class="hidden" accept={accept} tabIndex={-1} aria-hidden="true" {...(capture === true ? { capture: 'environment' as const } : {})}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file !== undefined) void onPick(file);
        }} />
      <Act icon={icon} kind={kind} run={() => input.current?.click()}>{label}</Act>
    </>
  );
}
