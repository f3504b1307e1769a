/** Why the hub turned something away, and what to do about it. */
import { count } from '../format';
import type { Kind, Pressure, Reason, Refused } from './api';

/** What happened, in a few words, and the next step. */
export const WHY: Record<Reason, { what: string; then: string }> = {
  busy: {
    what: 'Too much of it was waiting',
    then: 'It sends faster than the hub stores. See whether it runs away; else send less, or give the hub a faster machine.',
  },
  quota: {
    what: 'Over its quota',
    then: 'See whether it runs away; else give it more, by an option of the hub:',
  },
  unavailable: {
    what: 'The hub could not store it',
    then: 'The hub’s log says why: look there, and at the disk.',
  },
  malformed: { what: 'Could not be read', then: 'The answer said what is wrong: see the sender’s log, and update its exporter.' },
  too_large: { what: 'Larger than a request may be', then: 'Have its exporter send smaller batches.' },
  encoding: {
    what: 'In an encoding that the hub does not read',
    then: 'Send protobuf or JSON; as it is, or with gzip, deflate, br or zstd.',
  },
  not_allowed: { what: 'Without a token that lets it in', then: 'Make one, and give it to the sender:' },
};

/** The option or command that the next step names, if it names one. */
export function codeFor({ reason, kind }: Pick<Refused, 'reason' | 'kind'>): string | null {
  if (reason === 'quota') return kind === 'envelopes' ? '--quota-events-per-s' : '--quota-spans-per-s';
  return reason === 'not_allowed' ? 'fleaglass hub token create NAME --scope ingest' : null;
}

const KIND: Record<Kind, string> = { traces: 'traces', logs: 'logs', metrics: 'metrics', envelopes: 'Sentry envelopes' };

export const kindWords = (kind: Kind): string => KIND[kind];

export function agentWords(agent: string): string {
  if (agent === '') return 'not said';
  return agent === 'others' ? 'others, together' : agent;
}

/** Whether what was refused is lost. */
export const fateWords = ({ comes_again: again }: Pick<Refused, 'comes_again'>): string =>
  again ? 'told to come again' : 'lost, unless sent again';

export function bytesWords(bytes: number): string {
  if (bytes < 1024) return `${count(bytes)} B`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${kib.toFixed(0)} KiB` : `${(kib / 1024).toFixed(kib < 10_240 ? 1 : 0)} MiB`;
}

/** The head line: what waits now. */
export function waitingWords({ waiting, waiting_bytes: held, most_bytes: most }: Pressure): string {
  if (waiting === 0) return 'Nothing waits to be stored.';
  return `${count(waiting)} ${waiting === 1 ? 'request waits' : 'requests wait'} to be stored: ${bytesWords(held)} of the ${bytesWords(most)} that may.`;
}
