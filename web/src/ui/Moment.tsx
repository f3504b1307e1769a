/** A point in time: what is said of it, and all of it on hover. */
import type { ReactNode } from 'react';
import { ago, full, msOf, type Zone } from '../time';

interface Props {
  ns: string;
  zone: Zone;
  className?: string;
}

export function Moment({ ns, zone, className, children }: Props & { children: ReactNode }) {
  const ms = msOf(ns);
  return (
    <time className={className} dateTime={new Date(ms).toISOString()} title={full(ms, zone)}>
      {children}
    </time>
  );
}

/** `4 min ago`: where its age is the message. */
export function Ago({ now, ...moment }: Props & { now: number }) {
  return <Moment {...moment}>{ago(msOf(moment.ns), now)}</Moment>;
}
