/** Money whose fate is not known yet: how much, and since when. Shown only while there is any. */
import { fetchTraces } from '../api/client';
import { useCommits } from '../api/live';
import type { StatsTotals } from '../api/types';
import { useQuery } from '../api/useQuery';
import { count, duration, signum, usd } from '../format';
import { OutcomeGlyph } from '../outcome';
import { msOf } from '../time';
import { useNow } from '../ui/useNow';
import { rangeQuery, type Range } from './view';
import './flight.css';

const OLDEST_EVERY_MS = 3_000;
const MOST = 200;

interface Props {
  totals: StatsTotals;
  range: Range;
  onReview: () => void;
}

export function FlightBanner({ totals, range, onReview }: Props) {
  // An order without a known price is in flight, too, and adds nothing.
  const exposed = signum(totals.exposed_usd) === 0 ? 'amount unknown' : `${usd(totals.exposed_usd)} exposed`;
  return (
    <section className="flight-banner" aria-label="In flight">
      <OutcomeGlyph outcome="flight" />
      <div>
        <b title={totals.exposed_usd}>{`${count(totals.in_flight)} in flight, ${exposed}. `}</b>
        <span className="hide-s flight-oldest">
          <Oldest inFlight={totals.in_flight} range={range} />
        </span>
      </div>
      <div className="grow" />
      <button type="button" className="btn" onClick={onReview}>
        Review
      </button>
    </section>
  );
}

/**
 * The order that has been in doubt longest. Only where all that is in flight are such orders: of escrows, and of orders
 * that a later trace settled, the list of traces does not tell.
 */
function Oldest({ inFlight, range }: { inFlight: number; range: Range }) {
  const query = rangeQuery(range);
  query.set('outcome', 'unknown');
  query.set('limit', String(MOST));
  const { data, refresh } = useQuery(query.toString(), (signal) => fetchTraces(query, signal), { keep: true });
  useCommits(refresh, OLDEST_EVERY_MS);
  const now = useNow(1_000);
  if (data?.traces.length !== inFlight || data.next_cursor !== null) return null;
  const oldest = data.traces.at(-1)!;
  const name = oldest.order_id ?? oldest.agent;
  return <>{`Oldest is ${name}, open for ${duration((now - msOf(oldest.start_ns)) * 1e6)}.`}</>;
}
