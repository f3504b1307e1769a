/** Where the rules come from; and when a newer version of the file is broken, what is wrong with it and where. */
import { plural } from '../format';
import { momentSeconds, msOf, zoneName, type Zone } from '../time';
import { Moment } from '../ui/Moment';
import type { RulesFile } from './api';
import { problemsOf } from './words';

export function RuleFile({ file, rules, now, zone }: { file: RulesFile; rules: number; now: number; zone: Zone }) {
  return (
    <section className="rules-file" aria-label="Rules file">
      {file.problem !== null && <Broken file={file} problem={file.problem} now={now} zone={zone} />}
      {file.path === null ? (
        <p>
          {plural(rules, 'rule')} that come with Fleaglass. To change them, write them into a file with{' '}
          <code className="mono">fleaglass alerts init</code>, and start the hub with{' '}
          <code className="mono">--rules alerts.toml</code>.
        </p>
      ) : (
        <p>
          {plural(rules, 'rule')} of <code className="mono">{file.path}</code>
          {file.loaded_ns !== null ? (
            <>
              , read at <At ns={file.loaded_ns} now={now} zone={zone} />
            </>
          ) : (
            ', which was never good: those that come with Fleaglass hold'
          )}
          . A change of the file is in force within seconds.
        </p>
      )}
    </section>
  );
}

function Broken({ file, problem, now, zone }: { file: RulesFile; problem: string; now: number; zone: Zone }) {
  return (
    <div className="rules-broken" role="alert">
      <b>The rules file is broken. The last good version runs on.</b>
      {file.problem_since_ns !== null && (
        <span>
          {' '}
          Since <At ns={file.problem_since_ns} now={now} zone={zone} />.
        </span>
      )}
      <ul>
        {problemsOf(problem).map(({ where, what }) => (
          <li key={where + what}>
            {where && <span className="mono">{where}</span>}
            <span>{what}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function At({ ns, now, zone }: { ns: string; now: number; zone: Zone }) {
  const ms = msOf(ns);
  return (
    <Moment ns={ns} zone={zone}>
      {momentSeconds(ms, now, zone)} {zoneName(zone, ms)}
    </Moment>
  );
}
