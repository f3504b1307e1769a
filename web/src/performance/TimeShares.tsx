/** Where the time of decisions went: a row an agent and release, grey for Purple Flea, colour for its own work. */
import type { CSSProperties } from 'react';
import { duration, plural } from '../format';
import { Icon } from '../icons';
import { useLanes } from '../lanes';
import type { StageName, TimeGroup, TimeShares as Answer } from './api';
import { modelShare, NETWORK, networkShare, ORDER, shareText, STAGE_WORDS, timeKey, verdict } from './shares';
import { Stack } from './Stack';
import { TimeDetails } from './TimeDetails';
import type { View } from './view';
import './shares.css';

interface Props {
  answer: Answer | null;
  view: View;
  onOpen: (open: string | null) => void;
}

export function TimeShares({ answer, view, onOpen }: Props) {
  const total = answer?.total ?? null;
  return (
    <section className="shares" aria-label="Where the time goes">
      <header>
        <h2>Where the time goes</h2>
        {total && <p>{verdict(total)}</p>}
      </header>
      {answer && !total && <p className="shares-none">No decision ended in this time range.</p>}
      {total && (
        <>
          <Legend agent={answer!.groups[0].agent} />
          <div className="shares-head" aria-hidden="true">
            <span>Agent, release</span>
            <span>Share of the cycle</span>
            <span className="num">Network</span>
            <span className="num">Model</span>
            <span className="num">p50</span>
            <span className="num">p95</span>
          </div>
          <ul>
            {answer!.groups.map((group) => (
              <Row
                key={timeKey(group)}
                group={group}
                view={view}
                open={view.open === timeKey(group)}
                onToggle={() => onOpen(view.open === timeKey(group) ? null : timeKey(group))}
              />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** An agent's own work has its colour, so the legend shows that of the first. */
function Legend({ agent }: { agent: string | null }) {
  const lane = useLanes()(agent ?? '');
  return (
    <div className="shares-legend" style={laneStyle(agent === null ? null : lane.token)}>
      <LegendPart title="The network" stages={NETWORK} />
      <LegendPart title="The agent itself" stages={ORDER.filter((stage) => !NETWORK.includes(stage))} />
    </div>
  );
}

function LegendPart({ title, stages }: { title: string; stages: readonly StageName[] }) {
  return (
    <ul aria-label={title}>
      <li className="mut">{title}</li>
      {stages.map((stage) => (
        <li key={stage}>
          <i className={`seg s-${stage}`} aria-hidden="true" />
          {STAGE_WORDS[stage]}
        </li>
      ))}
    </ul>
  );
}

const laneStyle = (token: string | null): CSSProperties =>
  ({ '--lane': `var(${token ?? '--edge'})` }) as CSSProperties;

interface RowProps {
  group: TimeGroup;
  view: View;
  open: boolean;
  onToggle: () => void;
}

function Row({ group, view, open, onToggle }: RowProps) {
  const lane = useLanes()(group.agent ?? '');
  return (
    <li className={open ? 'open' : undefined} style={laneStyle(group.agent === null ? null : lane.token)}>
      <button type="button" className="shares-row" aria-expanded={open} onClick={onToggle}>
        <span className="shares-name" title={[group.agent, group.release].filter(Boolean).join(' ')}>
          <Icon name={open ? 'down' : 'right'} small />
          <span className={`lane ${group.agent === null ? 'lane-none' : lane.className}`} aria-hidden="true" />
          <b>{group.agent ?? plural(group.groups, 'other')}</b>
          <span className="mut">{group.release}</span>
        </span>
        <Stack stages={group.stages.map(({ stage, total_ns }) => [stage, total_ns])} tips={group} />
        <span className="num">{shareText(networkShare(group))}</span>
        <span className="num">{shareText(modelShare(group))}</span>
        <span className="num">{duration(group.p50_ns)}</span>
        <span className="num">{duration(group.p95_ns)}</span>
      </button>
      {open && <TimeDetails group={group} view={view} />}
    </li>
  );
}
