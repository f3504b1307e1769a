/** What the waterfall needs to know of one span, read in one pass over its attributes. */
import type { Attribute, Outcome, Span, Value } from '../api/types';
import { limitFor } from '../limits';
import { joinsStory } from './links';
import { Flag } from './model';

export interface SpanFacts {
  name: string;
  flags: number;
  outcome: Outcome;
  /** A decimal amount in US dollars, '' for none. */
  money: string;
  /** In US dollars, NaN for none. */
  pnl: number;
}

const OF_CYCLE: ReadonlyMap<string, Outcome> = new Map([
  ['order_placed', 'traded'],
  ['skipped', 'skipped'],
  ['rejected', 'rejected'],
  ['failed', 'failed'],
  ['cancelled', 'failed'],
  ['unknown', 'unknown'],
  ['interrupted', 'interrupted'],
]);

const OF_ORDER: ReadonlyMap<string, Outcome> = new Map([
  ['open', 'flight'],
  ['partially_filled', 'flight'],
  ['filled', 'traded'],
  ['rejected', 'rejected'],
  ['unknown', 'unknown'],
]);

export function spanFacts(span: Span): SpanFacts {
  const known = new Known(span.attributes);
  const flags = flagsOf(span, known);
  return { name: known.name(span), flags, outcome: outcomeOf(flags, known), money: known.money(), pnl: known.pnl ? Number(known.pnl) : NaN };
}

/** The few attributes that a row shows; everything else waits until the span is opened. */
class Known {
  check = '';
  pnl = '';
  fee = '';
  orderState = '';
  cycleOutcome = '';
  lost = false;
  refused = false;
  interrupted = false;

  constructor(attributes: readonly Attribute[]) {
    for (const { key, value } of attributes) this.read(key, value);
  }

  private read(key: string, value: Value): void {
    switch (key) {
      case 'pf.pnl_usd':
        this.pnl = decimal(value);
        break;
      case 'pf.fee_usd':
        this.fee = decimal(value);
        break;
      case 'pf.order.state':
        this.orderState = text(value);
        break;
      case 'pf.bet_outcome':
      case 'pf.escrow_status':
        this.lost ||= text(value) === 'unknown';
        break;
      case 'pf.cycle_outcome':
        this.cycleOutcome = text(value);
        break;
      case 'pf.risk.check':
        this.check = text(value);
        break;
      case 'pf.risk.passed':
        this.refused = value.type === 'bool' && !value.value;
        break;
      case 'pf.interrupted':
        this.interrupted = value.type === 'bool' && value.value;
        break;
    }
  }

  name(span: Span): string {
    return this.check && span.name === 'risk.check' ? `${span.name} ${this.check}` : span.name;
  }

  money(): string {
    if (this.pnl) return this.pnl;
    return /[1-9]/.test(this.fee) ? negated(this.fee) : '';
  }
}

function flagsOf(span: Span, known: Known): number {
  let flags = 0;
  const open = /^0*$/.test(span.end_ns);
  const limit = limitFor(span.name);
  if (span.status === 'error') flags |= Flag.error;
  if (open) flags |= Flag.open;
  if (span.kind === 'client') flags |= Flag.client;
  if (!open && limit !== null && span.duration_ns > limit) flags |= Flag.slow;
  if (span.links.some(joinsStory)) flags |= Flag.linksOut;
  if (known.orderState === 'unknown' || known.cycleOutcome === 'unknown' || known.lost) flags |= Flag.unknown;
  if (known.interrupted || known.cycleOutcome === 'interrupted') flags |= Flag.interrupted;
  if (known.pnl) flags |= Flag.pnl;
  return flags;
}

function outcomeOf(flags: number, known: Known): Outcome {
  if (flags & Flag.interrupted) return 'interrupted';
  if (flags & Flag.unknown) return 'unknown';
  if (flags & Flag.open) return 'flight';
  if (known.cycleOutcome) return OF_CYCLE.get(known.cycleOutcome) ?? 'completed';
  if (flags & Flag.error) return 'failed';
  if (known.refused) return 'rejected';
  return OF_ORDER.get(known.orderState) ?? 'completed';
}

const text = (value: Value): string => (value.type === 'string' ? value.value : '');

/** Exact decimal text of a number attribute; a double is rounded to eight places, which gives the venue's decimal back. */
function decimal(value: Value): string {
  if (value.type === 'int') return value.value;
  if (value.type === 'double' && typeof value.value === 'number') return trimmed(value.value.toFixed(8));
  return value.type === 'string' && /^-?\d+(\.\d+)?$/.test(value.value) ? value.value : '';
}

const trimmed = (digits: string): string => digits.replace(/\.?0+$/, '');
const negated = (amount: string): string => (amount.startsWith('-') ? amount.slice(1) : `-${amount}`);
