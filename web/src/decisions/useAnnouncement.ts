/** What is read out about a live list: a summary of what came in, at most every ten seconds. */
import { useEffect, useRef, useState } from 'react';
import { plural } from '../format';

const EVERY_MS = 10_000;

export function useAnnouncement(total: number | null): string {
  const [text, setText] = useState('');
  const latest = useRef(total);
  useEffect(() => {
    latest.current = total;
  }, [total]);
  useEffect(() => {
    let said = latest.current;
    const timer = window.setInterval(() => {
      const now = latest.current;
      if (said !== null && now !== null && now > said) setText(`${plural(now - said, 'new decision')}`);
      said = now;
    }, EVERY_MS);
    return () => window.clearInterval(timer);
  }, []);
  return text;
}
