/** Releases, a row each: since when, where, how much of the fleet runs it, and whether it made things worse. */
import { count } from '../format';
import { Link, navigate } from '../router';
import { NARROW, useMedia } from '../ui/useMedia';
import type { ReleaseRow, ReleasesAnswer } from './types';
import { Adoption, Agents, CrashFree, Moment, Net } from './cells';
import { outAt } from './figures';
import { VersionName } from './VersionName';
import { compareHref, releaseHref, type Sort, type View } from './view';
import type { Actions } from './useReleasesView';
import './list.css';

/** Rows without content, while the first answer is on its way. */
const EMPTY = [0, 1, 2, 3];

interface Props {
  answer: ReleasesAnswer | null;
  view: View;
  actions: Actions;
  now: number;
}

export function ReleaseList({ answer, view, actions, now }: Props) {
  const narrow = useMedia(NARROW);
  const head = (by: Sort, title: string, className: string) => (
    <th className={className} aria-sort={view.sort === by ? 'descending' : undefined}>
      <button type="button" onClick={() => actions.setSort(by)}>
        {title}
        {view.sort === by && <span aria-hidden="true">{'\u2193'}</span>}
      </button>
    </th>
  );
  const pick = (release: ReleaseRow): void => {
    const { a } = view;
    const first = answer?.releases.find(({ version }) => version === a);
    if (a === release.version) actions.setPicked(null);
    else if (a === null) actions.setPicked(release.version);
    else {
      // What came later is judged by what was there before.
      const earlier = first && BigInt(outAt(first)) > BigInt(outAt(release)) ? release.version : a;
      navigate(compareHref(earlier, earlier === a ? release.version : a, view));
    }
  };
  return (
    <table className="rel-list" aria-label="Releases">
      <thead>
        <tr>
          <th className="l-pick">
            <span className="sr">Compare</span>
          </th>
          {head('version', 'Version', 'l-version')}
          {head('date', 'Released', 'l-date')}
          <th className="l-deploy">Deployed</th>
          <th className="l-adoption">Adoption, 24 h</th>
          <th className="l-crash">Crash-free</th>
          <th className="num l-new">New issues</th>
          <th className="num l-events">Errors</th>
          <th className="l-agents">Agents</th>
          <th className="num l-net">P&amp;L, net</th>
        </tr>
      </thead>
      <tbody>
        {answer === null
          ? EMPTY.map((each) => (
              <tr key={each} aria-hidden="true">
                <td colSpan={10} />
              </tr>
            ))
          : answer.releases.map((release) => (
              <Row
                key={release.version}
                {...{ release, view, now, narrow }}
                onPick={() => pick(release)}
              />
            ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  release: ReleaseRow;
  view: View;
  now: number;
  narrow: boolean;
  onPick: () => void;
}

function Row({ release, view, now, narrow, onPick }: RowProps) {
  const href = releaseHref(release.version, view);
  const picked = view.a === release.version;
  return (
    <tr
      className={picked ? 'picked' : undefined}
      onClick={(event) => {
        if (!(event.target as Element).closest('a, label')) navigate(href);
      }}
    >
      <td className="l-pick">
        <label>
          <input type="checkbox" checked={picked} aria-label={`Compare ${release.version}`} onChange={onPick} />
        </label>
      </td>
      <td className="l-version">
        <div>
          <Link href={href}>
            <VersionName version={release.version} />
          </Link>
          {release.status === 'archived' && <span className="mut">archived</span>}
        </div>
      </td>
      <td className="l-date">
        <Moment ns={outAt(release)} now={now} zone={view.zone} />
        {release.released_ns === null && <span className="mut"> added</span>}
      </td>
      <td className="l-deploy">
        {release.last_deploy && (
          <>
            {release.last_deploy.environment}
            <span className="mut">
              {' '}
              {narrow ? '' : <Moment ns={release.last_deploy.finished_ns} now={now} zone={view.zone} />}
              {release.deploy_count > 1 && `, ${count(release.deploy_count)} in all`}
            </span>
          </>
        )}
      </td>
      <td className="l-adoption">
        <Adoption release={release} />
      </td>
      <td className="l-crash">
        <CrashFree health={release.health} />
      </td>
      <td className="num l-new">
        <span className={release.new_issues > 0 ? 'bad' : 'mut'}>{count(release.new_issues)}</span>
        <span className="only-s">new</span>
      </td>
      <td className="num l-events">
        <span className={release.events > 0 ? undefined : 'mut'}>{count(release.events)}</span>
        <span className="only-s">{release.events === 1 ? 'error' : 'errors'}</span>
      </td>
      <td className="l-agents">
        <Agents agents={release.agents} />
      </td>
      <td className="num l-net" title={release.money.net_usd}>
        <Net money={release.money} />
      </td>
    </tr>
  );
}
