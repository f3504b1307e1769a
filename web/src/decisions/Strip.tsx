/** Four figures for the range, each with its course over time: what was earned, decided, waited for and lost on the way. */
import type { Stats, StatsPoint } from '../api/types';
import { bps, count, duration, percent, rate, signum, usd } from '../format';
import { ORDER_LIMIT_NS } from '../limits';
import type { Zone } from '../time';
import { BOX, linePath, runningSum, scaleOf, stackedBars, stepPath, yOf } from './charts';
import { all, decisionsPerMinute } from './pace';
import { netTotal } from './pnl';
import { StatCell } from './StatCell';
import './strip.css';

export function Strip({ stats, zone }: { stats: Stats | null; zone: Zone }) {
  return (
    <section className="strip" aria-label="Summary of the time range">
      <PnlCell stats={stats} zone={zone} />
      <RateCell stats={stats} zone={zone} />
      <LatencyCell stats={stats} zone={zone} />
      <SlippageCell stats={stats} zone={zone} />
    </section>
  );
}

interface CellProps {
  stats: Stats | null;
  zone: Zone;
}

function PnlCell({ stats, zone }: CellProps) {
  const totals = stats?.totals;
  const sums = runningSum(stats?.points.map((point) => Number(netTotal(point))) ?? []);
  const scale = scaleOf(sums, [0]);
  const net = totals && netTotal(totals);
  const any = totals !== undefined && (totals.closed > 0 || signum(net) !== 0);
  const figure = any ? usd(net, { sign: true }) : 'None yet';
  return (
    <StatCell
      title="Realised P&L, net of fees"
      figures={totals && [{ text: figure, tone: tone(signum(net)), exact: net }]}
      note={any && `${count(totals.closed)} closed, fees ${usd(totals.fees_usd)}`}
      sentence={
        totals ? `Realised P&L net of fees: ${figure}` : 'Realised P&L, loading'
      }
      points={stats?.points ?? []}
      reading={(point) => usd(netTotal(point), { sign: true })}
      column="P&L, net of fees"
      cellText={(point) => usd(netTotal(point), { sign: true })}
      zone={zone}
    >
      <Rule y={yOf(0, scale)} />
      {any && <Line d={stepPath(sums, scale)} tone={tone(sums.at(-1) ?? 0)} />}
    </StatCell>
  );
}

const tone = (amount: number): string => (amount < 0 ? 'loss' : amount > 0 ? 'gain' : 'mut');

const lost = (point: StatsPoint): number => point.counts.failed + point.counts.interrupted;
const open = (point: StatsPoint): number => point.counts.flight + point.counts.unknown;

/**
 * Decisions of a step that ended without an order. Counts include traces that are no decisions at all, and those have
 * completed; the totals tell whether any decision has.
 */
function idleOf(stats: Stats | null): (point: StatsPoint) => number {
  const counts = stats?.totals.counts;
  const others = counts ? Object.values(counts).reduce((sum, n) => sum + n, 0) - counts.completed : 0;
  const completes = (stats?.totals.cycles ?? 0) > others;
  return (point) => point.counts.skipped + (completes ? point.counts.completed : 0);
}

function RateCell({ stats, zone }: CellProps) {
  const points = stats?.points ?? [];
  const series = [
    { tone: 'failed', values: points.map(lost) },
    { tone: 'rejected', values: points.map((point) => point.counts.rejected) },
    { tone: 'flight', values: points.map(open) },
    { tone: 'traded', values: points.map((point) => point.counts.traded) },
    { tone: 'idle', values: points.map(idleOf(stats)) },
  ];
  const bars = stackedBars(series.map((each) => each.values));
  const totals = stats?.totals;
  const any = (totals?.cycles ?? 0) > 0;
  const perMinute = stats && any ? rate(decisionsPerMinute(stats)) : 'None yet';
  const traded = totals && percent(totals.counts.traded, totals.cycles);
  return (
    <StatCell
      title="Decisions per minute"
      figures={totals && [{ text: perMinute, tone: any ? undefined : 'mut' }]}
      note={traded && `${traded} traded`}
      sentence={
        totals
          ? `Decisions per minute: ${perMinute}, ${count(totals.cycles)} in the range`
          : 'Decisions per minute, loading'
      }
      points={points}
      reading={(point) => `${count(all(point))} decisions, ${count(point.counts.traded)} traded`}
      column="Decisions"
      cellText={(point) => count(all(point))}
      zone={zone}
    >
      {bars.map((rectangles, i) => (
        <g key={series[i].tone} className={`c-${series[i].tone}`}>
          {rectangles.map((bar) => (
            <rect key={bar.x} {...bar} />
          ))}
        </g>
      ))}
    </StatCell>
  );
}

function LatencyCell({ stats, zone }: CellProps) {
  const points = stats?.points ?? [];
  const p50 = points.map((point) => point.p50_ns);
  const p99 = points.map((point) => point.p99_ns);
  const scale = scaleOf([...p50, ...p99], [0, ORDER_LIMIT_NS * 1.1]);
  const totals = stats?.totals;
  const slow = (totals?.p99_ns ?? 0) > ORDER_LIMIT_NS;
  const figures =
    totals?.p50_ns == null
      ? [{ text: 'No orders', tone: 'mut' }]
      : [{ text: duration(totals.p50_ns) }, { text: duration(totals.p99_ns), tone: slow ? 'slow' : undefined }];
  return (
    <StatCell
      title="Order latency, p50 and p99"
      figures={totals && figures}
      note={totals?.p50_ns != null && `limit ${duration(ORDER_LIMIT_NS)}`}
      sentence={
        totals?.p50_ns == null
          ? 'Order latency: no orders in the range'
          : `Order latency: median ${duration(totals.p50_ns)}, 99th percentile ${duration(totals.p99_ns)}, ${slow ? 'over' : 'under'} the limit of ${duration(ORDER_LIMIT_NS)}`
      }
      points={points}
      reading={(point) =>
        point.p50_ns === null ? 'no orders' : `${duration(point.p50_ns)}, p99 ${duration(point.p99_ns)}`
      }
      column="p50, p99"
      cellText={(point) => (point.p50_ns === null ? '' : `${duration(point.p50_ns)}, ${duration(point.p99_ns)}`)}
      zone={zone}
    >
      <Rule y={yOf(ORDER_LIMIT_NS, scale)} />
      <Line d={linePath(p99, scale)} tone={slow ? 'slow' : 'ink'} />
      <Line d={linePath(p50, scale)} tone="mut" />
    </StatCell>
  );
}

function SlippageCell({ stats, zone }: CellProps) {
  const points = stats?.points ?? [];
  const values = points.map((point) => point.slippage_bps);
  const scale = scaleOf(values, [0]);
  const totals = stats?.totals;
  const median = totals?.median_slippage_bps ?? null;
  return (
    <StatCell
      title="Median slippage"
      figures={totals && [median === null ? { text: 'No fills', tone: 'mut' } : { text: `${bps(median)} bps` }]}
      note={totals && median !== null && `cost ${usd(totals.slippage_cost_usd)}`}
      sentence={
        median === null
          ? 'Median slippage: no fills in the range'
          : `Median slippage ${bps(median)} basis points; positive is adverse`
      }
      points={points}
      reading={(point) => (point.slippage_bps === null ? 'no fills' : `${bps(point.slippage_bps)} bps`)}
      column="Slippage, bps"
      cellText={(point) => bps(point.slippage_bps)}
      zone={zone}
    >
      <Rule y={yOf(0, scale)} />
      <Line d={linePath(values, scale)} tone="ink" />
    </StatCell>
  );
}

const Rule = ({ y }: { y: number }) => <path className="c-rule" d={`M0 ${y.toFixed(1)}H${BOX.width}`} />;
const Line = ({ d, tone }: { d: string; tone: string }) => <path className={`c-line c-${tone}`} d={d} />;
