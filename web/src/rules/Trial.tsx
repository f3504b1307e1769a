/** A rule on trial: when it would have fired on the history of 7 days, and whether a test message arrives. */
import { useState } from 'react';
import { asApiError } from '../api/useQuery';
import type { ApiError } from '../api/client';
import { count, duration } from '../format';
import { figure, isBelow } from '../incidents/words';
import { Link, withSearch } from '../router';
import { momentSeconds, msOf, zoneName, type Zone } from '../time';
import { Moment } from '../ui/Moment';
import { withZone } from '../zone';
import type { Rule } from './api';
import { fireTest, replayRule, type Episode, type Replay, type Verdict } from './trial';
import { daysOf, groupWords, howWords, lastedNs, placeOf, replayWords } from './trialWords';
import './trial.css';

const SHOWN = 8;

interface At {
  now: number;
  zone: Zone;
}

/** Leads to a rule's trial, and away from it. */
export function TryLink({ rule, chosen, zone }: { rule: string; chosen: boolean; zone: Zone }) {
  const href = withZone(withSearch('/rules', new URLSearchParams(chosen ? {} : { rule })), zone);
  return (
    <Link href={href} aria-label={`Try ${rule}`} aria-expanded={chosen}>
      Try
    </Link>
  );
}

/** The row below the rule that is chosen. */
export function TrialRow({ rule, columns, ...at }: { rule: Rule; columns: number } & At) {
  return (
    <tr className="r-trial">
      <td colSpan={columns}>
        <Trial rule={rule} {...at} />
      </td>
    </tr>
  );
}

function Trial({ rule, now, zone }: { rule: Rule } & At) {
  const [replay, tryIt] = useAnswer(() => replayRule(rule.name));
  const [verdicts, fire] = useAnswer(() => fireTest(rule.name));
  return (
    <section className="trial" aria-label={`Try ${rule.name}`}>
      <div className="trial-acts">
        <button type="button" className="btn" disabled={replay.busy} onClick={tryIt}>
          {replay.busy ? 'Judging the last 7 days…' : 'Try it on the last 7 days'}
        </button>
        <button type="button" className="btn" disabled={verdicts.busy} onClick={fire} title="A message that says that it is a test">
          {verdicts.busy ? 'Sending…' : 'Send a test'}
        </button>
      </div>
      <div aria-live="polite">
        {verdicts.error && <Refused error={verdicts.error} />}
        {verdicts.data && <Verdicts verdicts={verdicts.data} />}
        {replay.error && <Refused error={replay.error} />}
        {replay.data && <Replayed replay={replay.data} isLessWorse={isBelow(rule)} now={now} zone={zone} />}
      </div>
    </section>
  );
}

interface Answer<T> {
  data: T | null;
  error: ApiError | null;
  busy: boolean;
}

/** Asks when told to; what was answered before stays until then. */
function useAnswer<T>(ask: () => Promise<T>): [Answer<T>, () => void] {
  const [answer, setAnswer] = useState<Answer<T>>({ data: null, error: null, busy: false });
  const again = (): void => {
    setAnswer(({ data }) => ({ data, error: null, busy: true }));
    ask().then(
      (data) => setAnswer({ data, error: null, busy: false }),
      (error: unknown) => setAnswer({ data: null, error: asApiError(error), busy: false }),
    );
  };
  return [answer, again];
}

function Refused({ error }: { error: ApiError }) {
  return (
    <p>
      <b>{error.message}</b> <span className="mut">{error.hint}</span>
    </p>
  );
}

function Verdicts({ verdicts }: { verdicts: readonly Verdict[] }) {
  if (verdicts.length === 0) return <p>Nobody was told: no route leads from this rule to a receiver.</p>;
  return (
    <ul className="trial-verdicts" aria-label="The test message">
      {verdicts.map(({ receiver, problem }) => (
        <li key={receiver}>
          <b>{receiver}</b> {problem === null ? 'took the test' : <span className="bad">did not take it: {problem}</span>}
        </li>
      ))}
    </ul>
  );
}

function Replayed({ replay, isLessWorse, now, zone }: { replay: Replay; isLessWorse: boolean } & At) {
  const latest = replay.episodes.slice(-SHOWN).toReversed();
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

/** When, and a link to the trace that tells most. */
function Fired({ episode, now, zone }: { episode: Episode } & At) {
  const [trace] = episode.trace_ids;
  const time = (
    <Moment ns={episode.fired_ns} zone={zone}>
      {momentSeconds(msOf(episode.fired_ns), now, zone)}
    </Moment>
  );
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
