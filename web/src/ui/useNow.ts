/** The current time for relative ages, stepping every `everyMs` while the page is visible. */
import { useEffect, useState } from 'react';

export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const step = (): void => {
      if (!document.hidden) setNow(Date.now());
    };
    const timer = window.setInterval(step, everyMs);
    document.addEventListener('visibilitychange', step);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', step);
    };
  }, [everyMs]);
  return now;
}
