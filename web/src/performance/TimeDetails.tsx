/** One agent's and release's stages in numbers, and the slowest of its decisions, each leading to its trace. */
import type { CSSProperties } from 'react';
import { duration, plural, shortId } from '../format';
import { Link } from '../router';
import { full, msOf, type Zone } from '../time';
import type { SlowCycle, StageName, TimeGroup } from './api';
import { segments, shareText, STAGE_WORDS } from './shares';
import { Stack } from './Stack';
import { decisionsHref, type View } from './view';

export function TimeDetails({ group, view }: { group: TimeGroup; view: View }) {
  return (
    <div className="shares-details">
      <table>
        <thead>
          <tr>
            <th>Stage</th>
            <th className="num">Share</th>
            <th className="num">p50</th>
            <th className="num">p95</th>
            <th className="num">Cycles</th>
          </tr>
        </thead>
        <tbody>
          {segments(group.stages).map((stage) => (
            <tr key={stage.stage}>
              <td>
                <i className={`seg s-${stage.stage}`} aria-hidden="true" />
                {STAGE_WORDS[stage.stage]}
              </td>
              <td className="num">{shareText(stage.share)}</td>
              <td className="num">{duration(stage.p50_ns)}</td>
              <td className="num">{duration(stage.p95_ns)}</td>
              <td className="num">{stage.cycles.toLocaleString('en-US')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="slowest">
        <h3>Slowest</h3>
        <ul>
          {group.slowest.map((cycle) => (
            <Slow
              key={cycle.trace_id + cycle.start_ns}
              cycle={cycle}
              longest={group.slowest[0].duration_ns}
              zone={view.zone}
            />
          ))}
        </ul>
        {group.agent !== null && (
          <Link className="shares-all" href={decisionsHref(view, { agent: group.agent })}>
            {plural(group.cycles, 'decision')}
          </Link>
        )}
      </div>
    </div>
  );
}

function Slow({ cycle, longest, zone }: { cycle: SlowCycle; longest: number; zone: Zone }) {
  const stages = Object.entries(cycle.stages) as [StageName, number][];
  const long = `${(cycle.duration_ns / Math.max(1, longest)) * 100}%`;
  const [most] = stages.toSorted((a, b) => b[1] - a[1]);
  return (
    <li>
      <Link href={`/traces/${cycle.trace_id}`} title={full(msOf(cycle.start_ns), zone)}>
        <span className="num">{duration(cycle.duration_ns)}</span>
        <span className="slow-bar" style={{ '--long': long } as CSSProperties}>
          <Stack stages={stages} />
        </span>
        <span className="slow-why">{most && `${STAGE_WORDS[most[0]]} ${duration(most[1])}`}</span>
        <span className="mono mut hide-s">{shortId(cycle.trace_id)}</span>
      </Link>
    </li>
  );
}
