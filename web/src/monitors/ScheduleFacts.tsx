/** When the job should run and how much is forgiven; and the next times by the schedule. */
import { plural } from '../format';
import { msOf, type Zone } from '../time';
import type { MonitorDetail } from './api';
import { atWords, awayWords } from './words';

export function ScheduleFacts({ answer, zone, now }: { answer: MonitorDetail; zone: Zone; now: number }) {
  const { monitor, upcoming_ns: upcoming } = answer;
  const { config } = monitor;
  return (
    <section className="schedule" aria-label="Schedule">
      <header>
        <h2>Schedule</h2>
      </header>
      {config === null ? (
        <p className="mut">Nobody has said when it should run, so nothing can be missed.</p>
      ) : (
        <dl>
          <dt>Runs</dt>
          <dd>
            {monitor.schedule_words}
            {typeof config.schedule === 'string' && <span className="mono mut">{config.schedule}</span>}
          </dd>
          <dt>May be late by</dt>
          <dd>{plural(config.checkin_margin, 'minute')}</dd>
          <dt>May take</dt>
          <dd>{plural(config.max_runtime, 'minute')}</dd>
          <dt>Issue after</dt>
          <dd>{plural(config.failure_issue_threshold, 'failure')} in a row</dd>
          <dt>Resolved after</dt>
          <dd>{plural(config.recovery_threshold, 'success', 'successes')} in a row</dd>
          {upcoming.length > 0 && (
            <>
              <dt>Next runs</dt>
              <dd className="upcoming">
                {upcoming.map((ns) => (
                  <span key={ns} title={`in ${awayWords(msOf(ns) - now)}`}>
                    {atWords(msOf(ns), now, zone)}
                  </span>
                ))}
              </dd>
            </>
          )}
        </dl>
      )}
    </section>
  );
}
