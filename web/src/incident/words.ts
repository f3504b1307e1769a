/** The history of an incident in words, and what its messages are. */
import { plural } from '../format';
import type { Incident } from '../incidents/shapes';
import type { Activity, Message, MessageStatus } from './shapes';

/** A deed in a few words, and the text below it, if that says more. */
export function deedWords({ kind, actor, text }: Activity): { words: string; text: string } {
  const who = actor ?? 'The hub';
  switch (kind) {
    case 'fired':
      return { words: 'Fired', text };
    case 'worse':
      return { words: 'Got worse', text };
    case 'escalated':
      return escalatedDeed(text);
    case 'acknowledged':
      return { words: `${who} acknowledged it`, text };
    case 'muted':
      return { words: text === 'no longer' ? `${who} unmuted it` : `${who} muted it ${text}`, text: '' };
    case 'note':
      return { words: `${who} noted`, text };
    case 'told':
      return toldWords(text);
    case 'not_told':
      return { words: `Not told: ${text}`, text: '' };
    case 'resolved':
      return { words: actor === null ? 'Resolved' : `${actor} resolved it`, text };
    default:
      return { words: kind, text };
  }
}

/** The hub writes `from warning to critical because …`. */
function escalatedDeed(text: string): { words: string; text: string } {
  const [, change, why] = /^(from \w+ to \w+) because (.*)$/.exec(text) ?? [];
  return change && why ? { words: `Escalated ${change}`, text: why } : { words: 'Escalated', text };
}

/** Under the headline of an incident that became critical; empty for any other. */
export const escalatedWords = ({ escalated, severity }: Pick<Incident, 'escalated' | 'severity'>): string =>
  escalated === null ? '' : `Escalated from ${escalated.from} to ${severity} because ${escalated.why}.`;

/** The notifier writes the receiver, and what kind of message it got. */
function toldWords(text: string): { words: string; text: string } {
  const [, receiver, action] = /^(.*): (\w+)$/.exec(text) ?? [];
  return { words: receiver ? `Told ${receiver}: ${actionWords(action)}` : `Told ${text}`, text: '' };
}

const ACTIONS: Record<string, string> = {
  trigger: 'it fires',
  escalate: 'it is critical now',
  update: 'what has changed',
  repeat: 'it goes on',
  acknowledge: 'somebody looks after it',
  resolve: 'it is over',
  passed: 'what has passed',
};

/** What a message says. */
export const actionWords = (action: string): string => ACTIONS[action] ?? action;

/** Why no message went out, as far as is known. */
export function nobodyWords({ muted, status }: Pick<Incident, 'muted' | 'status'>): string {
  if (muted) return 'Nobody: it is muted.';
  return status === 'open' ? 'Nobody yet.' : 'Nobody.';
}

const STATUSES: Record<MessageStatus, string> = { waiting: 'Waiting', sent: 'Sent', dead: 'Given up', dropped: 'Dropped' };
export const statusWord = (status: MessageStatus): string => STATUSES[status];

/** What a message is about: `3 incidents, 1 over`. */
export function aboutWords({ firing, resolved, is_test: isTest }: Pick<Message, 'firing' | 'resolved' | 'is_test'>): string {
  if (isTest) return 'a test';
  const parts = [firing.length > 0 && plural(firing.length, 'incident'), resolved.length > 0 && `${plural(resolved.length, 'incident')} over`];
  return parts.filter(Boolean).join(', ');
}
