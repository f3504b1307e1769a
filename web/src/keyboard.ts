/** Single-key shortcuts. They rest while a person types, while a dialog is open, and when turned off. */
import { useEffect, useRef } from 'react';
import { shortcutsOn } from './preferences';

export type KeyMap = Record<string, (event: KeyboardEvent) => void>;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));

/** Enter and Space already mean something on these. */
const isControl = (event: KeyboardEvent): boolean =>
  (event.key === 'Enter' || event.key === ' ') &&
  event.target instanceof Element &&
  event.target.closest('button, a, summary, [role=menuitem], [role=option]') !== null;

/** Keys that stay on when single-key shortcuts are turned off, because they are no characters. */
const isCharacter = (key: string): boolean => key.length === 1;

/** Calls `map[event.key]` while the component is mounted, and prevents the key's default action. */
export function useKeys(map: KeyMap): void {
  const latest = useRef(map);
  useEffect(() => {
    latest.current = map;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const act = latest.current[event.key];
      if (!act || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || isControl(event) || document.querySelector('dialog[open]')) return;
      if (isCharacter(event.key) && !shortcutsOn()) return;
      event.preventDefault();
      act(event);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
