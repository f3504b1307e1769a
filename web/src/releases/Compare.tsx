/** Release b held against release a: each figure with what it is made of, and a verdict where the hub gives one. */
import type { ReactNode } from 'react';
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { RangePicker } from '../decisions/RangePicker';
import { Icon } from '../icons';
import { Link, navigate } from '../router';
import { TopBar } from '../shell/TopBar';
import { EnvironmentMenu } from '../ui/EnvironmentMenu';
import { Failed } from '../ui/Failed';
import { HelpDialog, useHelp, type KeyHelp } from '../ui/HelpDialog';
import { ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { useNow } from '../ui/useNow';
import { fetchComparison, fetchReleases } from './api';
import { summary } from './compare';
import { ComparedOperations, Measures } from './Compared';
import { Issues } from './IssueLists';
import { ReleaseMenu } from './ReleaseMenu';
import { useReleasesView } from './useReleasesView';
import { compareHref, compareQuery, frameQuery, PRESETS } from './view';
import './releases.css';
import './compare.css';

const EVERY_MS = 15_000;
const KEYS: KeyHelp = [];

export function Compare({ a, b }: { a: string; b: string }) {
  const [view, actions] = useReleasesView();
  const now = useNow(10_000);
  const [help, setHelp] = useHelp();
  const query = compareQuery(a, b, view);
  const found = useQuery(query, (signal) => fetchComparison(query, signal), { keep: true });
  const others = frameQuery(view).toString();
  const list = useQuery(others, (signal) => fetchReleases(`${others}&status=all&limit=100`, signal), { keep: true });
  const { data, error, loadedAt, loading, refresh } = found;
  useCommits(refresh, EVERY_MS);
  const go = (first: string, second: string): void => {
    if (first !== second) navigate(compareHref(first, second, view));
  };
  const versions = (list.data?.releases ?? []).map(({ version }) => version);
  const fits = data?.a.version === a && data.b.version === b;
  const body = (): ReactNode => {
    if (error && !fits) return <Failed error={error} onRetry={refresh} />;
    if (!data || !fits) return null;
    return (
      <>
        <p className="cmp-summary">{summary(data)}</p>
        <Measures answer={data} />
        <ComparedOperations answer={data} />
        <section className="rel-issues" aria-label="New issues">
          <Issues title={`New in ${b}`} none="It was the first to have no issue." issues={data.new_issues} now={now} />
        </section>
      </>
    );
  };
  return (
    <>
      <Progress active={loading && !fits} />
      <TopBar title="Compare" parent={{ href: '/releases', title: 'Releases' }}>
        <EnvironmentMenu
          environment={view.environment}
          environments={list.data?.environments ?? []}
          onEnvironment={actions.setEnvironment}
        />
        <RangePicker
          range={view.range}
          zone={view.zone}
          presets={PRESETS}
          onRange={actions.setRange}
          onZone={actions.setZone}
        />
      </TopBar>
      {error && fits && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      <div className="cmp-pair">
        <ReleaseMenu label="Compare with" version={a} versions={versions} onVersion={(other) => go(other, b)} />
        <button
          type="button"
          className="btn quiet square"
          aria-label="Swap the two"
          title="Swap the two"
          onClick={() => go(b, a)}
        >
          <Icon name="swap" />
        </button>
        <ReleaseMenu label="Release" version={b} versions={versions} onVersion={(other) => go(a, other)} />
        <span className="grow" />
        <Link className="btn quiet" href="/releases">
          Do not compare
        </Link>
      </div>
      <div className="rel">{body()}</div>
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
  );
}
