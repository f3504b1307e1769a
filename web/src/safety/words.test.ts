import { describe, expect, it } from 'vitest';
import type { CheckIn, Position, Reason, Session } from './api';
import { agent, NOW, nsBefore, open, thing } from './fixtures';
import {
  about,
  errorsOf,
  held,
  issuesOf,
  lastCycle,
  openLines,
  positionsLine,
  reasonHref,
  sessionWords,
  upkeepWords,
} from './words';

const tally = (count: number, usd: string, unpriced = 0) => ({ count, usd, unpriced, oldest_ns: nsBefore(240) });
const session = (status: Session['status']): Session => ({
  status,
  started_ns: nsBefore(3 * 3600 + 300),
  seen_ns: nsBefore(180),
  errors: 0,
  inferred: false,
});
const checkIn = (change: Partial<CheckIn>): CheckIn => ({
  slug: 'alive-a',
  environment: 'demo',
  status: 'ok',
  last_ns: nsBefore(20),
  next_latest_ns: null,
  muted: false,
  alive: true,
  ...change,
});
const position = (asset: string, quantity: string, value_usd: string | null): Position => ({
  asset,
  quantity,
  price_usd: null,
  value_usd,
  since_ns: nsBefore(1),
  trace_id: '',
});

describe('what is open', () => {
  it('is told by its fate, what matters most first, and by what it is of', () => {
    const found = openLines(
      open({
        held: tally(1, '0.5'),
        unknown: tally(2, '1204.1'),
        things: [thing('unknown', '1204.1'), thing('unknown', null, 'escrow'), thing('held', '0.5', 'escrow')],
      }),
    );
    expect(found.map(({ text, amount }) => `${text}, ${amount}`)).toEqual([
      '2 spends unknown, $1,204.10',
      '1 escrow open, $0.50',
    ]);
  });

  it('is never worth nothing where the amount is not known', () => {
    const [line] = openLines(open({ in_flight: tally(1, '0', 1), things: [thing('in_flight', null)] }));
    expect(`${line.text}, ${line.amount}`).toBe('1 order in flight, amount unknown');
  });

  it('adds up positions exactly, unless one has no price', () => {
    const known = [position('ETH', '0.1', '0.1'), position('BTC', '-0.2', '0.2')];
    expect(positionsLine(known)).toBe('2 positions, $0.30');
    expect(positionsLine([...known, position('SOL', '1', null)])).toBe('3 positions, value unknown');
    expect(held(known[1])).toBe('\u22120.2 BTC');
  });
});

describe('signs of life', () => {
  it('leave out what is not known', () => {
    expect(lastCycle(agent(), NOW)).toBe('Cycle 12 s ago, every 5.00\u2009s');
    expect(lastCycle(agent({ usual_interval_ns: null }), NOW)).toBe('Cycle 12 s ago');
    expect(lastCycle(agent({ last_cycle_ns: null }), NOW)).toBe('No cycle yet');
  });

  it('tell how a session stands', () => {
    expect(sessionWords(session('ok'), NOW)).toBe('Session open for 3h\u200905m');
    expect(sessionWords(session('exited'), NOW)).toBe('Session ended 3 min ago');
    expect(sessionWords(session('crashed'), NOW)).toBe('Session crashed 3 min ago');
    expect(sessionWords(session('abnormal'), NOW)).toBe('Process died 3 min ago');
  });

  it('tell of a monitor that failed before one that is well', () => {
    const words = (check_ins: CheckIn[]) => upkeepWords(agent({ check_ins }), NOW);
    expect(words([])).toBe('No session, no check-ins');
    expect(words([checkIn({}), checkIn({ slug: 'nightly', status: 'error', alive: false })])).toBe(
      'No session known, nightly failed',
    );
    expect(words([checkIn({}), checkIn({ slug: 'nightly', status: 'error', muted: true })])).toBe(
      'No session known, checked in 20 s ago',
    );
    expect(words([checkIn({ last_ns: null })])).toBe('No session known, no check-in yet');
  });

  it('name the release and where it runs', () => {
    expect(about(agent())).toBe('agent-vol-arb@2.1.0 · demo');
    expect(about(agent({ release: null, environment: null }))).toBe('vol-arb');
  });
});

describe('links', () => {
  const reason = (change: Partial<Reason>): Reason => ({
    severity: 'doubt',
    kind: 'unknown',
    agent: 'a',
    says: '',
    at_risk_usd: '0',
    since_ns: null,
    ledger: null,
    ...change,
  });

  it('lead to decisions far enough back to hold what a reason is about', () => {
    expect(reasonHref(reason({}), NOW)).toBe('/decisions?agent=a&range=24h&outcome=unknown');
    expect(reasonHref(reason({ kind: 'late', since_ns: nsBefore(30 * 3600) }), NOW)).toBe('/decisions?agent=a&range=2d');
  });

  it('lead to issues, monitors and ledgers where those tell more', () => {
    expect(reasonHref(reason({ kind: 'regressed' }), NOW)).toBe('/issues');
    expect(reasonHref(reason({ kind: 'monitor' }), NOW)).toBe('/monitors');
    expect(reasonHref(reason({ kind: 'ledger', ledger: 'vol-arb-1' }), NOW)).toBe('/ledger/vol-arb-1');
    expect(reasonHref(reason({ kind: 'ledger' }), NOW)).toBe('/ledger');
    expect([issuesOf([7]), issuesOf([7, 8])]).toEqual(['/issues/7', '/issues']);
  });

  it('hold the errors of the day', () => {
    expect(errorsOf('a', nsBefore(14 * 3600), NOW)).toBe(
      '/decisions?agent=a&status=error&from=2026-11-20T00:32:00Z&to=2026-11-20T14:32:00Z',
    );
  });
});
