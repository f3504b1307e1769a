/** Alert rules in words: how each stands, how often it fired, what is wrong with the file. */
import { count, plural } from '../format';
import type { Recipient, Rule, RuleState } from './api';

const STATE_WORDS: Record<RuleState, string> = { firing: 'Firing', pending: 'Pending', ok: 'OK', not_judged: 'Off' };

/** `Firing`, and of how many groups where they are several: `Firing, 3`. */
export const stateWords = ({ state, open_incidents: open }: Pick<Rule, 'state' | 'open_incidents'>): string =>
  open > 1 ? `${STATE_WORDS[state]}, ${count(open)}` : STATE_WORDS[state];

/** What a chart of days shows: `Fired 7 times in 7 days, most on one day 4`. */
export function firedWords(days: readonly number[]): string {
  const sum = days.reduce((all, each) => all + each, 0);
  if (sum === 0) return `Has not fired in ${days.length} days`;
  return `Fired ${plural(sum, 'time')} in ${days.length} days, most on one day ${count(Math.max(...days))}`;
}

/** `pager, chat if agent = vol-arb`, those that always are first; of nobody, that. */
export const recipientWords = (told: readonly Recipient[]): string =>
  [...told.filter(({ when }) => when === null), ...told.filter(({ when }) => when !== null)]
    .map(({ receiver, when }) => (when === null ? receiver : `${receiver} if ${when}`))
    .join(', ') || 'nobody';

export interface Problem {
  /** `alerts.toml:14` */
  where: string;
  what: string;
}

/** What is wrong with the file, one thing a line: `alerts.toml:14: rule "p99": above_ms: expected …`. */
export function problemsOf(text: string): Problem[] {
  return text.split('\n').map((line) => {
    const match = /^(.*?:\d+): (.*)$/.exec(line);
    return match ? { where: match[1], what: match[2] } : { where: '', what: line };
  });
}
