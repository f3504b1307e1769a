/** Short confirmations: seen at the bottom of the page for a moment, and read out once. */
import { useSyncExternalStore } from 'react';
import './toast.css';

const SHOWN_MS = 2_400;
let message: { text: string; id: number } | null = null;
let timer: number | undefined;
const listeners = new Set<() => void>();

function set(next: typeof message): void {
  message = next;
  for (const listener of listeners) listener();
}

export function toast(text: string): void {
  set({ text, id: (message?.id ?? 0) + 1 });
  window.clearTimeout(timer);
  timer = window.setTimeout(() => set(null), SHOWN_MS);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => message);
  return (
    <div className="toasts" role="status">
      {shown && (
        <div className="toast" key={shown.id}>
          {shown.text}
        </div>
      )}
    </div>
  );
}
