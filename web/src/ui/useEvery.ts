/** Calls `act` every so often while the page is seen: for what changes by the clock alone, such as a missed check-in. */
import { useEffect, useRef } from 'react';

export function useEvery(act: () => void, everyMs: number): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const timer = window.setInterval(() => {
      if (!document.hidden) latest.current();
    }, everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
}
