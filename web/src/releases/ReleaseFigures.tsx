/** The figures of one release: what one asks of a deploy first. */
import type { ReactNode } from 'react';
import { Pnl } from '../decisions/DecisionRow';
import { bps, count, plural, usd } from '../format';
import type { Zone } from '../time';
import type { ReleaseDetail } from './types';
import { AdoptionBar, Agents, Moment } from './cells';
import { outAt, sample, share } from './figures';
import './release-figures.css';

interface Props {
  release: ReleaseDetail | null;
  zone: Zone;
  now: number;
}

export function ReleaseFigures({ release, zone, now }: Props) {
  const of = <T,>(tell: (each: ReleaseDetail) => T): T | null => (release ? tell(release) : null);
  return (
    <dl className="rel-figures" aria-label="Figures of the time range">
      <Figure title="Crash-free sessions" note={of((each) => sample(each.health))}>
        {of((each) =>
          each.health.sessions > 0 ? share(each.health.crash_free_sessions_percent) : <i>no sessions</i>,
        )}
      </Figure>
      <Figure
        title="Crash-free users"
        note={of((each) => (each.health.users > 0 ? `of ${plural(each.health.users, 'user')}` : ''))}
      >
        {of((each) => (each.health.users > 0 ? share(each.health.crash_free_users_percent) : <i>no users</i>))}
      </Figure>
      <Figure title="Errors" note={of((each) => plural(each.new_issues, 'new issue'))}>
        {of((each) => count(each.events))}
      </Figure>
      <Figure title="P&L, net" note={of((each) => moneyNote(each))}>
        {of((each) => (each.money.cycles > 0 ? <Pnl value={each.money.net_usd} /> : <i>no decisions</i>))}
      </Figure>
      <Figure title="Slippage, mean" note={of((each) => (each.money.slipped > 0 ? `of ${plural(each.money.slipped, 'order')}` : ''))}>
        {of((each) =>
          each.money.slippage_mean_bps === null ? <i>no orders</i> : <>{bps(each.money.slippage_mean_bps)} bps</>,
        )}
      </Figure>
      <Figure
        title={release?.released_ns === null ? 'Added' : 'Released'}
        note={of((each) =>
          each.last_seen_ns === null ? (
            'nothing heard yet'
          ) : (
            <>
              heard until <Moment ns={each.last_seen_ns} now={now} zone={zone} />
            </>
          ),
        )}
      >
        {of((each) => (
          <span className="figure-small">
            <Moment ns={outAt(each)} now={now} zone={zone} />
          </span>
        ))}
      </Figure>
      <Figure
        title="Adoption, last 24 h"
        note={of((each) => (
          <>
            <Agents agents={each.agents} /> {each.adoption !== 'low' && each.adoption}
          </>
        ))}
      >
        {of((each) => (each.adoption === null ? <i>no sessions</i> : <AdoptionBar percent={each.adoption_percent ?? 0} />))}
      </Figure>
    </dl>
  );
}

const moneyNote = ({ money }: ReleaseDetail): string =>
  money.cycles > 0 ? `${plural(money.cycles, 'decision')}, ${usd(money.fees_usd)} fees` : '';

function Figure({ title, note, children }: { title: string; note: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <strong>{children}</strong>
        <small>{note}</small>
      </dd>
    </div>
  );
}
