/** What is read out: the verdict when its answer changes, at most every ten seconds. Ages that tick are not read. */
import { useEffect, useRef, useState } from 'react';
import type { Safety } from './api';

const EVERY_MS = 10_000;

export function useAnnounced(verdict: Safety['verdict'] | null): string {
  const [said, setSaid] = useState('');
  const latest = useRef(verdict);
  useEffect(() => {
    latest.current = verdict;
  }, [verdict]);
  useEffect(() => {
    let known = latest.current?.answer ?? null;
    const timer = window.setInterval(() => {
      const now = latest.current;
      if (now !== null && known !== null && now.answer !== known) setSaid(now.says);
      known = now?.answer ?? known;
    }, EVERY_MS);
    return () => window.clearInterval(timer);
  }, []);
  return said;
}
