/** A rule on trial: when it would have fired on the history of 7 days, and whether a test message arrives. */
import { useState } from 'react';
import type { ApiError } from '../api/client';
import { asApiError } from '../api/useQuery';
import { isBelow } from '../incidents/words';
import { Link, withSearch } from '../router';
import type { Zone } from '../time';
import { withZone } from '../zone';
import type { Rule } from './api';
import { Replayed } from './Replayed';
import { fireTest, replayRule, type Verdict } from './trial';
import './trial.css';

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
