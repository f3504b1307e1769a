/** When a rule would have fired: in a sentence, on a line of the week, and the latest times in a table. */
import { count, duration } from '../format';
import { figure } from '../incidents/words';
import { Link } from '../router';
import { momentSeconds, msOf, zoneName, type Zone } from '../time';
import { Moment } from '../ui/Moment';
import type { Episode, Replay } from './trial';
import { daysOf, groupWords, howWords, lastedNs, placeOf, replayWords } from './trialWords';

const SHOWN = 8;

interface Place {
  now: number;
  zone: Zone;
}

export function Replayed({ replay, isLessWorse, now, zone }: { replay: Replay; isLessWorse: boolean } & Place) {
  const latest = replay.episodes.slice(-SHOWN).toReversed();
  const escalates = latest.some(({ escalated_ns: at }) => at !== null);
  return (
    <>
      <p>
        <b>{replayWords(replay, isLessWorse)}</b> <span className="mut">{howWords(replay, zone)}</span>
      </p>
      <Week replay={replay} zone={zone} />
      {latest.length > 0 && (
        <table className="trial-episodes">
          <caption className="sr">When it would have fired, the latest first</caption>
          <thead>
            <tr>
              <th>Fired ({zoneName(zone)})</th>
              {escalates && <th>Critical</th>}
              <th className="num">Lasted</th>
              <th className="num">Worst</th>
              <th>Of</th>
            </tr>
          </thead>
          <tbody>
            {latest.map((episode) => (
              <tr key={`${episode.fired_ns} ${groupWords(episode)}`} title={episode.summary}>
                <td>
                  <Fired episode={episode} now={now} zone={zone} />
                </td>
                {escalates && <td>{episode.escalated_ns !== null && <At ns={episode.escalated_ns} now={now} zone={zone} />}</td>}
                <td className="num">{episode.resolved_ns === null ? 'still open' : duration(lastedNs(episode, replay))}</td>
                <td className="num">{figure(episode.worst, replay.unit)}</td>
                <td className="trial-of">{groupWords(episode)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {replay.count > latest.length && (
        <p className="mut">
          The latest {latest.length} of {count(replay.count)}. All: <code className="mono">fleaglass alerts test --rule {replay.rule}</code>
        </p>
      )}
    </>
  );
}

function At({ ns, now, zone }: { ns: string } & Place) {
  return (
    <Moment ns={ns} zone={zone}>
      {momentSeconds(msOf(ns), now, zone)}
    </Moment>
  );
}

/** When, and a link to the trace that tells most. */
function Fired({ episode, now, zone }: { episode: Episode } & Place) {
  const [trace] = episode.trace_ids;
  const time = <At ns={episode.fired_ns} now={now} zone={zone} />;
  return trace === undefined ? time : <Link href={`/traces/${trace}`}>{time}</Link>;
}

/** The week as a line; what would have been open is drawn on it, and what was not judged is hatched. */
function Week({ replay, zone }: { replay: Replay; zone: Zone }) {
  const unjudged = placeOf({ fired_ns: replay.until_ns, resolved_ns: replay.to_ns }, replay);
  return (
    <div className="trial-week" aria-hidden="true">
      <div className="trial-line">
        {replay.stopped !== null && <i className="trial-unjudged" style={percent(unjudged)} />}
        {replay.episodes.map((episode) => (
          <i key={`${episode.fired_ns} ${groupWords(episode)}`} style={percent(placeOf(episode, replay))} title={episode.summary} />
        ))}
      </div>
      {daysOf(replay, zone).map(({ left, words }) => (
        <span key={words} style={{ left: `${left}%` }}>
          {words}
        </span>
      ))}
    </div>
  );
}

const percent = ({ left, width }: { left: number; width: number }): { left: string; width: string } => ({
  left: `${left}%`,
  width: `${width}%`,
});
