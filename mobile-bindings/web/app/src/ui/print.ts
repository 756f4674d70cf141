// Prints a page that the core made (A4, its own style): in a frame of its own, where no script runs.
import { showError } from './kit';

export function printHtml(html: string): void {
  document.getElementById('print')?.remove();
  const frame = document.createElement('iframe');
  frame.id = 'print';
  frame.setAttribute('sandbox', 'allow-same-origin allow-modals');
  frame.setAttribute('aria-hidden', 'true');
  frame.tabIndex = -1;
  frame.style.cssText = 'position:fixed;width:0;height:0;border:0';
  frame.srcdoc = html;
  frame.onload = () => {
    try {
      frame.contentWindow?.print();
    } catch (error) {
      showError(error);
    }
  };
  document.body.append(frame);
}
