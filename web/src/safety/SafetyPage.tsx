/** Am I safe? One answer, what stands against it, and of each agent what the answer rests on. */
import type { ReactNode } from 'react';
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { FirstRun } from '../decisions/FirstRun';
import { TopBar } from '../shell/TopBar';
import { Failed } from '../ui/Failed';
import { HelpDialog, useHelp } from '../ui/HelpDialog';
import { ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { useEvery } from '../ui/useEvery';
import { useNow } from '../ui/useNow';
import { ZoneSwitch } from '../ui/ZoneSwitch';
import { AgentRows } from './AgentRows';
import { fetchSafety } from './api';
import { useAnnounced } from './useAnnounced';
import { Verdict } from './Verdict';
import { useSafetyView } from './view';
import './safety.css';

/** Eight questions to the store each time, so no more often than this. */
const EVERY_MS = 5_000;
/** An agent that falls silent commits nothing, and that is what the page is for. */
const SILENCE_MS = 15_000;

export default function SafetyPage() {
  const [{ zone, open }, { setZone, setOpen }] = useSafetyView();
  const answer = useQuery(`safety ${zone}`, (signal) => fetchSafety(zone, signal), { keep: true });
  const { data, error, loading, loadedAt, refresh } = answer;
  useCommits(refresh, EVERY_MS);
  useEvery(refresh, SILENCE_MS);
  const now = useNow(1_000);
  const [help, setHelp] = useHelp();
  const announced = useAnnounced(data?.verdict ?? null);
  const around = { todayFromNs: data?.today_from_ns ?? '0', zone, now };
  const body = (): ReactNode => {
    if (error && !data) return <Failed error={error} onRetry={refresh} />;
    if (data?.agents.length === 0 && data.verdict.reasons.length === 0) return <FirstRun />;
    return (
      <>
        <Verdict verdict={data?.verdict ?? null} now={now} />
        <AgentRows agents={data?.agents ?? null} around={around} open={open} onOpen={setOpen} />
      </>
    );
  };
  return (
    <>
      <Progress active={loading && data === null} />
      <TopBar title="Am I safe?">
        <ZoneSwitch zone={zone} onZone={setZone} label="Time zone of today" />
      </TopBar>
      {error && data && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      <div className="safety">{body()}</div>
      <p className="sr" role="status">
        {announced}
      </p>
      <HelpDialog keys={[]} open={help} onChange={setHelp} />
    </>
  );
}
