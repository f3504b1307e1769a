/** A decision in words: what was decided, and why or how it went. Both are plain text. */
import type { TraceSummary } from '../api/types';
import { price, quantity, usd } from '../format';
import { isAct, stageWord } from './stages';

export interface Description {
  what: string;
  why: string;
}

/** `insufficient_balance` reads as words; anything else (a check's name, a sentence) stays as it was recorded. */
function readable(reason: string | null): string {
  if (reason === null) return '';
  const check = /^risk[ _:]+(.+)$/.exec(reason);
  if (check) return `risk check ${check[1]}`;
  return /^[a-z0-9]+(_[a-z0-9]+)+$/.test(reason) ? reason.replaceAll('_', ' ') : reason;
}

export function describe(trace: TraceSummary): Description {
  return { what: whatOf(trace), why: whyOf(trace) };
}

const CYCLE = 'agent.decision_cycle';
const JOB = 'pf.monitor.run';

function whatOf(trace: TraceSummary): string {
  if (trace.name === JOB) return [stageWord(JOB), trace.reason].filter(Boolean).join(' ');
  if (trace.outcome === 'skipped') return 'No action';
  if (isClosing(trace)) {
    return ['Close', trace.asset ?? 'position'].join(' ');
  }
  if (trace.side && trace.asset) {
    const verb = trace.side === 'buy' ? 'Buy' : 'Sell';
    return [verb, quantity(trace.quantity), trace.asset].filter(Boolean).join(' ');
  }
  if (trace.escrow_id || trace.amount_usd) return ['Escrow', usd(trace.amount_usd)].filter(Boolean).join(' ');
  if (trace.outcome === 'completed' && trace.name !== CYCLE) return stageWord(trace.name);
  const act = trace.stages.find(({ name }) => isAct(name));
  if (act) return stageWord(act.name);
  if (trace.outcome === 'rejected' && trace.asset) return `Trade ${trace.asset}`;
  if (trace.order_id) return ['Order', trace.asset].filter(Boolean).join(' ');
  return stageWord(trace.name);
}

/** Stages are the first few only, so a late close shows by what it realised. */
function isClosing({ name, outcome, side, pnl_usd, stages }: TraceSummary): boolean {
  if (name === 'pf.trade.close') return true;
  if (side !== null) return false;
  return stages.some((stage) => stage.name === 'pf.trade.close') || (outcome === 'traded' && pnl_usd !== null);
}

function whyOf(trace: TraceSummary): string {
  const reason = trace.name === JOB ? '' : readable(trace.reason);
  switch (trace.outcome) {
    case 'traded':
      return [trace.fill_price ? `filled at ${price(trace.fill_price)}` : reason, foundOut(trace)]
        .filter(Boolean)
        .join(', ');
    case 'flight':
      if (trace.side) return 'order sent, waiting for a fill';
      return waitingFor(trace) || reason || 'not ended yet';
    case 'unknown':
      return reason || `the answer never came; ${trace.side ? 'the order may have been filled' : 'it may have happened'}`;
    case 'failed':
      return [...new Set([trace.error_type ?? reason, trace.error_message])].filter(Boolean).join(', ');
    case 'interrupted':
      return reason || 'the process ended before the decision did';
    case 'rejected':
    case 'skipped':
      return reason || trace.error_message || '';
    case 'completed':
      return [reason || waitingFor(trace), foundOut(trace)].filter(Boolean).join(', ');
  }
}

/** The venue never answered, and was asked what had become of it. */
const foundOut = ({ lost_answers }: TraceSummary): string =>
  lost_answers > 0 ? 'found after its answer was lost' : '';

function waitingFor(trace: TraceSummary): string {
  const who =
    trace.counterparty &&
    (trace.outcome === 'completed' ? `with ${trace.counterparty}` : `waiting for ${trace.counterparty}`);
  return [trace.escrow_id, who].filter(Boolean).join(', ');
}
