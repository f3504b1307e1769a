/** What is open, alive and changed, in words and addresses. Plain text from the hub stays as it came. */
import { withSearch } from '../address';
import { add } from '../decimal';
import { isoTime } from '../decisions/view';
import { duration, plural, quantity, usd } from '../format';
import { ledgerHref } from '../ledger/view';
import { ago, msOf } from '../time';
import { FATES, type AgentSafety, type CheckIn, type Fate, type Open, type Position, type Reason, type Session } from './api';

const FATE_WORDS: Record<Fate, string> = {
  unknown: 'unknown',
  in_flight: 'in flight',
  waiting: 'waiting',
  held: 'open',
};

export interface OpenLine {
  fate: Fate;
  /** `2 orders unknown` */
  text: string;
  /** `$1,204.10`, or `amount unknown`. */
  amount: string;
  /** Exact, for hover. */
  exact: string;
}

/** A line for each fate that something has; the order is that of how much it matters. */
export function openLines(open: Open): OpenLine[] {
  return FATES.filter((fate) => open[fate].count > 0).map((fate) => {
    const { count: n, usd: exact, unpriced } = open[fate];
    const kinds = new Set(open.things.filter((thing) => thing.fate === fate).map((thing) => thing.kind));
    const thing = kinds.size === 1 ? [...kinds][0] : 'spend';
    return {
      fate,
      text: `${plural(n, thing)} ${FATE_WORDS[fate]}`,
      amount: unpriced === n ? 'amount unknown' : usd(exact),
      exact,
    };
  });
}

export const fateWord = (fate: Fate): string => FATE_WORDS[fate];

/** `0.1426 ETH` */
export const held = ({ quantity: amount, asset }: Position): string => `${quantity(amount)} ${asset}`;

/** `Cycle 12 s ago, every 5.00 s`; what is not known is left out. */
export function lastCycle({ last_cycle_ns, usual_interval_ns }: AgentSafety, now: number): string {
  if (last_cycle_ns === null) return 'No cycle yet';
  const usually = usual_interval_ns === null ? '' : `, every ${duration(usual_interval_ns)}`;
  return `Cycle ${ago(msOf(last_cycle_ns), now)}${usually}`;
}

export function sessionWords(session: Session | null, now: number): string {
  if (session === null) return 'No session known';
  const seen = ago(msOf(session.seen_ns), now);
  switch (session.status) {
    case 'ok':
      return `Session open for ${duration((now - msOf(session.started_ns)) * 1e6)}`;
    case 'exited':
      return `Session ended ${seen}`;
    case 'crashed':
      return `Session crashed ${seen}`;
    case 'abnormal':
      return `Process died ${seen}`;
  }
}

/** Of several monitors, those that failed; else when the one was heard by which the agent says that it decides. */
function checkInWords(checkIns: readonly CheckIn[], now: number): string {
  const failed = checkIns.filter((each) => each.status === 'error' && !each.muted);
  if (failed.length > 0) return failed.length === 1 ? `${failed[0].slug} failed` : `${failed.length} monitors failed`;
  const own = checkIns.find((each) => each.alive) ?? checkIns[0];
  if (own === undefined) return 'no check-ins';
  return own.last_ns === null ? 'no check-in yet' : `checked in ${ago(msOf(own.last_ns), now)}`;
}

/** `Session open for 3h 05m, checked in 20 s ago` */
export const upkeepWords = ({ session, check_ins }: AgentSafety, now: number): string =>
  session === null && check_ins.length === 0
    ? 'No session, no check-ins'
    : `${sessionWords(session, now)}, ${checkInWords(check_ins, now)}`;

const decisions = (parameters: Record<string, string>): string =>
  withSearch('/decisions', new URLSearchParams(parameters));

export const decisionsOf = (agent: string): string => decisions({ agent, range: '24h' });

/** The decisions of the day that had an error. */
export const errorsOf = (agent: string, todayFromNs: string, now: number): string =>
  decisions({ agent, status: 'error', from: isoTime(msOf(todayFromNs)), to: isoTime(now) });

/** The issue, or the list where there are several. */
export const issuesOf = (ids: readonly number[]): string => (ids.length === 1 ? `/issues/${ids[0]}` : '/issues');

/** Where one looks into a reason. Far enough back to hold what it is about. */
export function reasonHref({ kind, agent, since_ns, ledger }: Reason, now: number): string {
  if (kind === 'ledger') return ledger === null ? '/ledger' : ledgerHref(ledger, 'utc');
  if (kind === 'regressed') return '/issues';
  if (kind === 'monitor') return '/monitors';
  const days = since_ns === null ? 1 : Math.max(1, Math.ceil((now - msOf(since_ns)) / 86_400_000));
  const range = days === 1 ? '24h' : `${days}d`;
  return decisions({ agent, range, ...(kind === 'unknown' && { outcome: 'unknown' }), ...(kind === 'failing' && { status: 'error' }) });
}

/** `2 positions, $1,000.15`, at the prices of their latest fills; where one is not known, only how many. */
export function positionsLine(positions: readonly Position[]): string {
  const values = positions.map((each) => each.value_usd);
  const sum = values.reduce((so, each) => (so === null || each === null ? null : add(so, each)), '0');
  return `${plural(positions.length, 'position')}, ${sum === null ? 'value unknown' : usd(sum)}`;
}

/** The release, or else the strategy, and where it runs. */
export const about = ({ strategy, release, environment }: AgentSafety): string =>
  [release ?? strategy, environment].filter(Boolean).join(' · ');
