/** The history of an incident in words, and what its messages are. */
import { plural } from '../format';
import type { Activity, Message, MessageStatus } from './shapes';

/** A deed in a few words, and the text below it, if that says more. */
export function deedWords({ kind, actor, text }: Activity): { words: string; more: string } {
  const who = actor ?? 'The hub';
  switch (kind) {
    case 'fired':
      return { words: 'Fired', more: text };
    case 'worse':
      return { words: 'Got worse', more: text };
    case 'acknowledged':
      return { words: `${who} acknowledged it`, more: text };
    case 'muted':
      return { words: text === 'no longer' ? `${who} unmuted it` : `${who} muted it ${text}`, more: '' };
    case 'note':
      return { words: `${who} noted`, more: text };
    case 'told':
      return toldWords(text);
    case 'not_told':
      return { words: `Not told: ${text}`, more: '' };
    case 'resolved':
      return { words: actor === null ? 'Resolved' : `${actor} resolved it`, more: text };
    default:
      return { words: kind, more: text };
  }
}

/** The notifier writes the receiver, and what kind of message it got. */
function toldWords(text: string): { words: string; more: string } {
  const [, receiver, action] = /^(.*): (\w+)$/.exec(text) ?? [];
  return { words: receiver ? `Told ${receiver}: ${actionWords(action)}` : `Told ${text}`, more: '' };
}

const ACTIONS: Record<string, string> = {
  trigger: 'it fires',
  update: 'what has changed',
  repeat: 'it goes on',
  acknowledge: 'somebody looks after it',
  resolve: 'it is over',
  passed: 'what has passed',
};

/** What a message says. */
export const actionWords = (action: string): string => ACTIONS[action] ?? action;

const STATUSES: Record<MessageStatus, string> = { waiting: 'Waiting', sent: 'Sent', dead: 'Given up', dropped: 'Dropped' };
export const statusWord = (status: MessageStatus): string => STATUSES[status];

/** What a message is about: `3 incidents, 1 over`. */
export function aboutWords({ firing, resolved, is_test: isTest }: Pick<Message, 'firing' | 'resolved' | 'is_test'>): string {
  if (isTest) return 'a test';
  const parts = [firing.length > 0 && plural(firing.length, 'incident'), resolved.length > 0 && `${plural(resolved.length, 'incident')} over`];
  return parts.filter(Boolean).join(', ');
}
