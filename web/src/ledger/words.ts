/** A ledger in words: what an entry is about, how the log stands, and what to do. Plain text. */
import type { Outcome } from '../api/types';
import { count, plural, quantity, usd } from '../format';
import type { Entry, Finding, Ledger, OpenIntent, Report, Verified, Witnessed } from './shapes';
import type { Kind } from './view';

export const KIND_WORDS: Record<Kind | 'unreadable', string> = {
  intent: 'Intent',
  outcome: 'Outcome',
  resolution: 'Resolution',
  observe: 'Observed',
  key: 'Key change',
  redact: 'Erasure',
  unreadable: 'Unreadable',
};

/**
 * The glyph and colour of a state; a state that none of these means is told in its own word. What was open or unknown
 * then may be settled now: violet is for intents that are still open, which the list of them says.
 */
const STATES: Record<string, Outcome> = {
  filled: 'traded',
  partially_filled: 'traded',
  done: 'completed',
  rejected: 'rejected',
  cancelled: 'skipped',
  not_placed: 'skipped',
  failed: 'failed',
};

export interface State {
  outcome: Outcome | null;
  word: string;
}

const readable = (text: string): string => {
  const words = text.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What an entry says came of it; null for one that asks. */
export function stateOf({ kind, attributes }: Entry): State | null {
  const state = attributes.state ?? (kind === 'resolution' ? attributes.how : undefined);
  if (state === undefined) return null;
  const word = readable(state);
  const how = attributes.how === 'probable' ? `${word}, probably` : word;
  return { outcome: STATES[state] ?? null, word: how };
}

export interface Amount {
  text: string;
  /** All digits, for hover. */
  exact: string;
}

const USD = ['amount_usd', 'size_usd', 'cost_usd', 'credited_usd', 'payout_usd'];
const QUANTITY = ['filled_quantity', 'quantity', 'amount'];

/** The money or quantity that an entry names; nothing filled yet is told by its state, and what was asked for stands here. */
export function amountOf({ attributes }: Entry): Amount | null {
  const find = (names: readonly string[]): string | undefined =>
    names.map((name) => attributes[name]).find((value) => value !== undefined && !/^[0.]*$/.test(value));
  const size = find(QUANTITY);
  if (size !== undefined) return { text: quantity(size), exact: size };
  const dollars = find(USD);
  return dollars === undefined ? null : { text: usd(dollars), exact: dollars };
}

/** `Buy BTC`: what it is about, beside its operation. */
export function aboutOf({ attributes }: Entry): string {
  const { side, asset, game, domain } = attributes;
  const what = asset ?? game ?? domain ?? '';
  return [side && readable(side), what].filter(Boolean).join(' ');
}

/** The id that the venue knows it by. */
export const venueIdOf = ({ attributes: { order_id, escrow_id, bet_id, client_order_id } }: Entry): string =>
  order_id ?? escrow_id ?? bet_id ?? client_order_id ?? '';

/** So many entries that the hub had cosigned when it verified the log are not in it. */
export const missingOf = (verified: Verified | null): number =>
  verified?.result === 'whole' ? Math.max(0, (verified.cosigned ?? 0) - verified.size) : 0;

/** Whether anyone changed it, in a word or two. */
export function resultWord(verified: Verified | null): string {
  if (verified === null) return 'Not verified yet';
  const missing = missingOf(verified);
  if (missing > 0) return `${plural(missing, 'entry', 'entries')} missing`;
  if (verified.result === 'whole') return verified.signed ? 'Whole' : 'Whole, signature not checked';
  return verified.result === 'tampered' ? 'Tampered with' : 'Cannot be verified';
}

const RANK = { tampered: 0, unusable: 1, whole: 2 } as const;

/** Those that somebody changed come first; else as the hub has them. */
export const inTroubleFirst = (ledgers: readonly Ledger[]): Ledger[] =>
  [...ledgers].sort((a, b) => rank(a) - rank(b));

function rank({ verified }: Ledger): number {
  if (missingOf(verified) > 0) return RANK.unusable;
  return verified === null ? RANK.whole : RANK[verified.result];
}

/** The same in sentences, with what to do. */
export function resultWords(verified: Verified): string[] {
  const { result, signed, first_bad: bad, problems, size, newer, why } = verified;
  if (result === 'unusable') return [`${why ?? 'There is nothing that could be verified'}.`];
  if (result === 'tampered') {
    const first = bad === null ? '' : ` The first entry that cannot be believed is ${count(bad)}.`;
    return [
      `Someone or something changed this log after it was signed.${first}`,
      ...problems.slice(0, 3).map(({ where, what }) => `${where}: ${what}.`),
      'Keep the folder as it is, and hold it against a checkpoint that somebody else has: fleaglass ledger verify DIR --anchor FILE.',
    ];
  }
  const words = [`All ${count(size)} entries lead to the signed root.`];
  const missing = missingOf(verified);
  if (missing > 0) {
    words.unshift(
      `The hub has cosigned ${plural(missing, 'entry', 'entries')} more than are here: the log was cut or rolled back, or this is an old copy of it.`,
    );
  }
  if (!signed) {
    words.push(
      'Whether the log’s own key signed it was not checked: the hub has no public key of it. fleaglass ledger keys list prints it, fleaglass up --ledger-key takes it.',
    );
  }
  if (newer > 0) words.push(`${plural(newer, 'entry', 'entries')} of a newer form: a newer hub reads what they say.`);
  return words;
}

/** Up to where somebody else has seen the log, and what that means. */
export function witnessWords(witnessed: Witnessed | undefined, { size, verified }: Ledger): string {
  if (!witnessed?.newest) {
    return 'This hub has cosigned no checkpoint of it. Whoever holds its key could rewrite all of it, and nobody here could tell.';
  }
  const seen = witnessed.newest.size;
  if (size !== null && seen < size) {
    return `This hub has seen the first ${plural(seen, 'entry', 'entries')}. From entry ${count(seen)} on, whoever holds the key could rewrite it unseen.`;
  }
  if (missingOf(verified) > 0) return `This hub has seen ${plural(seen, 'entry', 'entries')}, more than are here.`;
  return `This hub has seen all ${plural(seen, 'entry', 'entries')}: none of them can be changed without its noticing.`;
}

export const alarmWords = (alarms: number): string =>
  `${plural(alarms, 'alarm')}: what the hub, as a witness, was shown of this log does not go with what it was shown before. Issues have both sides.`;

/** What is open, and what to do about it. */
export function openWords(open: readonly OpenIntent[], total = open.length): string {
  const lost = open.filter((each) => each.lost).length;
  const parts = [
    lost > 0 && (lost === 1 ? '1 answer was lost' : `${count(lost)} answers were lost`),
    open.length > lost && `${count(open.length - lost)} ${open.length - lost === 1 ? 'has' : 'have'} no answer yet`,
  ].filter(Boolean);
  const oldest = total > open.length ? `Of the oldest ${count(open.length)}: ` : '';
  return `${oldest}${parts.join(', ')}. Start the agent: it asks the venue about each, and writes down what it finds. If it stays, look at the venue by hand: fleaglass ledger reconcile.`;
}

const FINDINGS: Record<string, string> = {
  venue_only: 'at the venue only, never logged',
  mismatched: 'a field differs',
  duplicate: 'twice on one side',
  ledger_only: 'in the log only',
  unresolved: 'unknown what came of it',
  probable: 'probably the same',
  outside_window: 'outside the window',
  not_listed: 'not listed by the venue',
  not_ours: 'not the agent’s doing',
  nothing: 'nothing happened',
  matched: 'matched',
};

export const findingWord = (verdict: string): string => FINDINGS[verdict] ?? verdict.replaceAll('_', ' ');

/** `a field differs: 1; matched: 12`, the worst first, as the hub has them. */
export const countWords = ({ counts }: Report): string =>
  Object.entries(counts)
    .map(([verdict, number]) => `${findingWord(verdict)}: ${count(Number(number))}`)
    .join('; ') || 'nothing to compare';

/** `fee_usd: 0.36 in the log, 0.4 at the venue` */
export const differenceWords = ({ field, ours, venues }: Finding['differences'][number]): string =>
  ours === '' && venues === '' ? `${field} differs` : `${field}: ${ours} in the log, ${venues} at the venue`;

/** How many entries, and how many could not be read. */
export function sizeWords({ size, read, problem }: Ledger): string {
  if (size === null) return 'no checkpoint yet';
  const all = plural(size, 'entry', 'entries');
  return problem !== null && read < size ? `${all}, of which ${count(read)} can be read` : all;
}
