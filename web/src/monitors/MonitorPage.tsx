/** `/monitors/:slug`: one job, its check-ins and incidents, and what a person may change of it. */
import { useState, type ReactNode } from 'react';
import { lastSegment } from '../address';
import { useCommits } from '../api/live';
import { asApiError, useQuery } from '../api/useQuery';
import { RangePicker } from '../decisions/RangePicker';
import { IncidentLinks } from '../incident/Others';
import { useBehind } from '../incidents/useBehind';
import { navigate, usePath } from '../router';
import { TopBar } from '../shell/TopBar';
import type { Zone } from '../time';
import { EnvironmentMenu } from '../ui/EnvironmentMenu';
import { Failed } from '../ui/Failed';
import { HelpDialog, useHelp, type KeyHelp } from '../ui/HelpDialog';
import { ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { toast } from '../ui/toast';
import { useEvery } from '../ui/useEvery';
import { useNow } from '../ui/useNow';
import { changeMonitor, deleteMonitor, fetchMonitor, type Change, type Monitor, type Which } from './api';
import { CheckIns } from './CheckIns';
import { DeleteDialog } from './DeleteDialog';
import { EditDialog } from './EditDialog';
import { Incidents } from './Incidents';
import { LaneRow } from './LaneRow';
import { Legend } from './Legend';
import { ScheduleFacts } from './ScheduleFacts';
import { useMonitorsView } from './useMonitorsView';
import { monitorsQuery, PRESETS } from './view';
import './monitors.css';
import './monitor.css';

const EVERY_MS = 10_000;
const PAGE = 50;
/** The most that the hub answers with at once. */
const MOST = 1_000;
const KEYS: KeyHelp = [];

export default function MonitorPage() {
  const slug = lastSegment(usePath());
  const [view, actions] = useMonitorsView();
  const now = useNow(1_000);
  const [help, setHelp] = useHelp();
  const [limit, setLimit] = useState(PAGE);
  const [asking, setAsking] = useState<'edit' | 'delete' | null>(null);
  const which: Which = { slug, project: view.project };
  const query = monitorsQuery(view);
  query.set('limit', String(limit));
  const { data, error, loadedAt, loading, refresh } = useQuery(
    `${view.project ?? ''} ${slug} ${query.toString()}`,
    (signal) => fetchMonitor(which, query, signal),
    { keep: true },
  );
  useCommits(refresh, EVERY_MS);
  useEvery(refresh, EVERY_MS);

  const answer = data?.monitor.slug === slug ? data : null;
  const save = async (change: Change): Promise<void> => {
    await changeMonitor(which, change);
    toast('Monitor changed');
    refresh();
  };
  const change = (what: Change): void =>
    void save(what).catch((failure: unknown) => toast(asApiError(failure).message));
  const body = (): ReactNode => {
    if (error && answer === null) return <Failed error={error} onRetry={refresh} />;
    if (answer === null) return null;
    const { monitor } = answer;
    return (
      <>
        {monitor.config_problem && (
          <p className="monitor-refused">
            The schedule that the job sent last is not used: {monitor.config_problem}. The one before it still is.
          </p>
        )}
        <Legend />
        <div className="lanes" role="list">
          {monitor.environments.map((lane) => (
            <LaneRow key={lane.environment} {...{ monitor, lane, now }} zone={view.zone}>
              <button
                type="button"
                className="btn lane-mute"
                aria-pressed={lane.muted}
                title={lane.muted ? 'Make issues of its failures again' : 'Watch it, but make no issue of its failures'}
                onClick={() => change({ environments: { [lane.environment]: { muted: !lane.muted } } })}
              >
                {lane.muted ? 'Unmute' : 'Mute'}
                <span className="sr"> {lane.environment}</span>
              </button>
            </LaneRow>
          ))}
          {monitor.environments.length === 0 && <p className="monitor-none">Waiting for the first check-in</p>}
        </div>
        <div className="monitor-two">
          <ScheduleFacts answer={answer} zone={view.zone} now={now} />
          <Incidents incidents={answer.incidents} zone={view.zone} now={now} />
        </div>
        <Fired monitor={slug} now={now} zone={view.zone} />
        <CheckIns
          checkIns={answer.check_ins}
          more={answer.next_cursor !== null && limit < MOST}
          onMore={() => setLimit(Math.min(MOST, limit * 2))}
          zone={view.zone}
          now={now}
        />
      </>
    );
  };
  return (
    <>
      <Progress active={loading && answer === null} />
      <TopBar
        title={answer?.monitor.name ?? slug}
        parent={{ href: '/monitors', title: 'Monitors' }}
        aside={answer && !answer.monitor.enabled && <span className="tag">disabled</span>}
      >
        <EnvironmentMenu
          environment={view.environment}
          environments={(answer?.monitor.environments ?? []).map((lane) => lane.environment)}
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
      {error && answer !== null && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      {answer && <Actions monitor={answer.monitor} onChange={change} onAsk={setAsking} />}
      <div className="monitors">{body()}</div>
      {answer && asking === 'edit' && (
        <EditDialog monitor={answer.monitor} onSave={save} onClose={() => setAsking(null)} />
      )}
      {answer && asking === 'delete' && (
        <DeleteDialog
          monitor={answer.monitor}
          onClose={() => setAsking(null)}
          onDelete={async () => {
            await deleteMonitor(which);
            toast('Monitor deleted');
            navigate('/monitors');
          }}
        />
      )}
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
  );
}

/** Alert rules that fired on it. */
function Fired({ monitor, now, zone }: { monitor: string; now: number; zone: Zone }) {
  const incidents = useBehind('monitor', monitor);
  if (incidents.length === 0) return null;
  return (
    <section className="monitor-fired" aria-label="Alerts">
      <h2>Alerts</h2>
      <IncidentLinks incidents={incidents} now={now} zone={zone} />
    </section>
  );
}

interface ActionsProps {
  monitor: Monitor;
  onChange: (change: Change) => void;
  onAsk: (what: 'edit' | 'delete') => void;
}

function Actions({ monitor, onChange, onAsk }: ActionsProps) {
  return (
    <div className="monitor-actions">
      <span className="mut">{monitor.schedule_words ?? 'no schedule yet'}</span>
      <span className="grow" />
      <button type="button" className="btn" onClick={() => onAsk('edit')}>
        Edit schedule
      </button>
      <button
        type="button"
        className="btn"
        title={monitor.enabled ? 'Stop expecting check-ins' : 'Expect check-ins again'}
        onClick={() => onChange({ enabled: !monitor.enabled })}
      >
        {monitor.enabled ? 'Disable monitor' : 'Enable monitor'}
      </button>
      <button type="button" className="btn" onClick={() => onAsk('delete')}>
        Delete monitor
      </button>
    </div>
  );
}
