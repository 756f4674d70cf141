// A signature that is drawn with a finger or a pen, as a picture on white.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../ui/icons';
import { words } from '../words';

const kInk = '#12264a';

export function SignaturePad({ onDrawn }: { onDrawn: (picture: Promise<Blob> | undefined) => void }) {
  const w = words.value.record;
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<{ x: number; y: number } | undefined>(undefined);
  const [drawn, setDrawn] = useState(false);
  const clear = () => {
    const pad = canvas.current;
    const context = pad?.getContext('2d');
    if (pad === null || context === null || context === undefined) return;
    const scale = devicePixelRatio;
    [pad.width, pad.height] = [pad.clientWidth * scale, pad.clientHeight * scale];
    context.fillStyle = '#fff';
    context.fillRect(0, 0, pad.width, pad.height);
    context.scale(scale, scale);
    Object.assign(context, { strokeStyle: kInk, lineCap: 'round', lineJoin: 'round' });
    setDrawn(false);
    onDrawn(undefined);
  };
  // The sheet around it has no size yet when this is made.
  useEffect(() => {
    const frame = requestAnimationFrame(clear);
    return () => cancelAnimationFrame(frame);
  }, []);
  const move = (event: PointerEvent) => {
    const context = canvas.current?.getContext('2d');
    if (last.current === undefined || !context) return;
    const to = { x: event.offsetX, y: event.offsetY };
    const speed = Math.hypot(to.x - last.current.x, to.y - last.current.y);
    context.lineWidth = event.pressure > 0 && event.pointerType === 'pen' ? 1 + 4 * event.pressure : Math.max(1.6, 3.6 - speed / 14);
    context.beginPath();
    context.moveTo(last.current.x, last.current.y);
    context.lineTo(to.x, to.y);
    context.stroke();
    last.current = to;
  };
  const end = () => {
    if (last.current === undefined) return;
    last.current = undefined;
    setDrawn(true);
    onDrawn(new Promise((resolve, reject) => canvas.current?.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png')));
  };
  return (
    <div class="stack tight">
      <p class="quiet">{w.signHere}</p>
      <canvas ref={canvas} class="pad" aria-label={w.signHere} role="img"
        onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); last.current = { x: event.offsetX, y: event.offsetY }; move(event); }}
        onPointerMove={move} onPointerUp={end} onPointerCancel={end} />
      <button type="button" class="button plain" disabled={!drawn} onClick={clear}><Icon name="undo" />{w.signClear}</button>
    </div>
  );
}
