/** `/releases/:version`: did it make things worse? Its sessions, deploys, commits, issues, operations, and what it earned. */
import { useState, type ReactNode } from 'react';
import { lastSegment } from '../address';
import { useCommits } from '../api/live';
import { asApiError, useQuery } from '../api/useQuery';
import { RangePicker } from '../decisions/RangePicker';
import { frozenAddress } from '../decisions/view';
import { Icon } from '../icons';
import { useKeys } from '../keyboard';
import { currentAddress, Link, usePath } from '../router';
import { TopBar } from '../shell/TopBar';
import { copy } from '../ui/copy';
import { EnvironmentMenu } from '../ui/EnvironmentMenu';
import { Failed } from '../ui/Failed';
import { HelpDialog, useHelp, type KeyHelp } from '../ui/HelpDialog';
import { ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { toast } from '../ui/toast';
import { useNow } from '../ui/useNow';
import { changeRelease, fetchRelease, fetchSessions, type ReleaseAction } from './api';
import { Commits, Deploys } from './Changes';
import { IssueLists } from './IssueLists';
import { Operations } from './Operations';
import { ReleaseFigures } from './ReleaseFigures';
import { SessionChart } from './SessionChart';
import type { ReleaseDetail } from './types';
import { useReleasesView } from './useReleasesView';
import { compareHref, DEFAULT_RANGE, frameQuery, PRESETS } from './view';
import './releases.css';
import './release.css';

const EVERY_MS = 15_000;
const KEYS: KeyHelp = [['y', 'Copy link']];

const DONE: Record<ReleaseAction, string> = {
  finalize: 'Release finalized',
  archive: 'Release archived',
  restore: 'Release restored',
};

export default function ReleasePage() {
  const version = lastSegment(usePath());
  const [view, actions] = useReleasesView();
  const now = useNow(10_000);
  const [help, setHelp] = useHelp();
  const [busy, setBusy] = useState(false);
  const query = frameQuery(view).toString();
  const release = useQuery(`${version} ${query}`, (signal) => fetchRelease(version, query, signal), { keep: true });
  const ofRelease = new URLSearchParams([...frameQuery(view), ['release', version]]).toString();
  const sessions = useQuery(ofRelease, (signal) => fetchSessions(ofRelease, signal), { keep: true });
  const refresh = (): void => {
    release.refresh();
    sessions.refresh();
  };
  useCommits(refresh, EVERY_MS);
  const copyLink = (): void => void copy(frozenAddress(currentAddress(), Date.now(), DEFAULT_RANGE), 'Link');
  useKeys({ y: copyLink });

  // Kept from another release while that of the address is on its way.
  const data = release.data?.version === version ? release.data : null;
  const error = release.error ?? sessions.error;
  const act = (action: ReleaseAction): void => {
    setBusy(true);
    changeRelease(version, action)
      .then(
        () => toast(DONE[action]),
        (failure: unknown) => toast(asApiError(failure).message),
      )
      .finally(() => {
        setBusy(false);
        release.refresh();
      });
  };
  const body = (): ReactNode => {
    if (error && data === null) return <Failed error={error} onRetry={refresh} />;
    return (
      <>
        <ReleaseFigures release={data} zone={view.zone} now={now} />
        <SessionChart answer={sessions.data} deploys={data?.deploys ?? []} zone={view.zone} now={now} />
        {data && (
          <>
            <div className="rel-two">
              <Deploys release={data} zone={view.zone} now={now} />
              <Commits commits={data.commits} zone={view.zone} now={now} />
            </div>
            <IssueLists release={data} now={now} />
            <Operations operations={data.operations} />
          </>
        )}
      </>
    );
  };
  return (
    <>
      <Progress active={(release.loading && data === null) || (sessions.loading && sessions.data === null)} />
      <TopBar
        title={version}
        parent={{ href: '/releases', title: 'Releases' }}
        aside={data?.status === 'archived' && <span className="mut">archived</span>}
      >
        <EnvironmentMenu
          environment={view.environment}
          environments={(data?.environments ?? []).map((each) => each.environment).filter(Boolean)}
          onEnvironment={actions.setEnvironment}
        />
        <RangePicker
          range={view.range}
          zone={view.zone}
          presets={PRESETS}
          onRange={actions.setRange}
          onZone={actions.setZone}
        />
        <button type="button" className="btn square hide-s" onClick={copyLink} aria-label="Copy link" title="Copy link (y)">
          <Icon name="link" />
        </button>
      </TopBar>
      {error && data !== null && <ErrorStrip error={error} loadedAt={release.loadedAt} onRetry={refresh} />}
      {data && (
        <div className="rel-actions">
          {data.previous && (
            <Link className="btn" href={compareHref(data.previous, version, view)}>
              Compare with {data.previous}
            </Link>
          )}
          <ReleaseActions release={data} busy={busy} onAct={act} />
        </div>
      )}
      <div className="rel">{body()}</div>
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
  );
}

interface ActionsProps {
  release: ReleaseDetail;
  busy: boolean;
  onAct: (action: ReleaseAction) => void;
}

function ReleaseActions({ release, busy, onAct }: ActionsProps) {
  const archived = release.status === 'archived';
  return (
    <>
      {release.released_ns === null && (
        <button
          type="button"
          className="btn"
          disabled={busy}
          title="Say that it is out, as from now"
          onClick={() => onAct('finalize')}
        >
          Finalize release
        </button>
      )}
      <button
        type="button"
        className="btn"
        disabled={busy}
        title={archived ? 'Show it in lists again' : 'Leave it out of lists'}
        onClick={() => onAct(archived ? 'restore' : 'archive')}
      >
        {archived ? 'Restore release' : 'Archive release'}
      </button>
    </>
  );
}
