/** Copies text, and says so. Outside secure contexts (a hub reached by a host name) the old way is the only one. */
import { toast } from './toast';

export async function copy(text: string, what: string): Promise<void> {
  const done = await write(text);
  toast(done ? `${what} copied` : `${what} could not be copied: the browser refused`);
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return writeBySelection(text);
  }
}

function writeBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'sr';
  document.body.append(area);
  const focused = document.activeElement;
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
