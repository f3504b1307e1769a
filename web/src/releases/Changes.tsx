/** What a release is made of and where it runs: deploys and commits, the newest first. */
import { count, shortId } from '../format';
import { copy } from '../ui/copy';
import type { Zone } from '../time';
import type { Commit, ReleaseDetail } from './types';
import { Moment } from './cells';

interface At {
  zone: Zone;
  now: number;
}

export function Deploys({ release, zone, now }: { release: ReleaseDetail } & At) {
  const { deploys, environments } = release;
  const heard = environments.filter((each) => each.environment !== '');
  return (
    <section aria-label="Deploys">
      <header>
        <h2>Deploys</h2>
      </header>
      {deploys.length === 0 && <p className="mut">No deploy was told of.</p>}
      <ol className="timeline">
        {deploys.map((deploy) => (
          <li key={deploy.id}>
            <b>{deploy.environment}</b>
            {deploy.name && <span>{deploy.name}</span>}
            <span className="grow" />
            <span className="mut">
              <Moment ns={deploy.finished_ns} now={now} zone={zone} />
            </span>
          </li>
        ))}
        {heard.map((each) => (
          <li key={each.environment} className="quiet">
            <span>first heard in {each.environment}</span>
            <span className="grow" />
            <span className="mut">
              <Moment ns={each.first_seen_ns} now={now} zone={zone} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

export function Commits({ commits, zone, now }: { commits: readonly Commit[] } & At) {
  return (
    <section aria-label="Commits">
      <header>
        <h2>Commits</h2>
        {commits.length > 0 && <span className="mut">{count(commits.length)}</span>}
      </header>
      {commits.length === 0 && (
        <p className="mut">
          None are known. <span className="mono">fleaglass release commits</span> tells of them.
        </p>
      )}
      <ol className="commits">
        {commits.map((commit) => (
          <li key={`${commit.repository} ${commit.sha}`}>
            <button
              type="button"
              className="mono"
              title={`Copy ${commit.sha}`}
              onClick={() => void copy(commit.sha, 'Commit id')}
            >
              {shortId(commit.sha)}
            </button>
            <span className="commit-message" title={commit.message ?? undefined}>
              {commit.message?.trim().split('\n')[0] ?? <span className="mut">no message</span>}
            </span>
            <span className="mut commit-author" title={commit.author_email ?? undefined}>
              {commit.author_name ?? commit.author_email}
            </span>
            <span className="mut">{commit.at_ns && <Moment ns={commit.at_ns} now={now} zone={zone} />}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
