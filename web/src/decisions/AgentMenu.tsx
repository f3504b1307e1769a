/** Whose decisions: all agents, or one. */
import { Icon } from '../icons';
import { useAgents } from '../shell/context';
import { AgentName } from '../ui/Lane';
import { Popover } from '../ui/Popover';

export function AgentMenu({ agent, onAgent }: { agent: string | null; onAgent: (agent: string | null) => void }) {
  const { agents } = useAgents();
  const names = (agents ?? []).map((each) => each.agent);
  const choices: (string | null)[] = [null, ...(agent !== null && !names.includes(agent) ? [agent] : []), ...names];
  return (
    <Popover
      kind="menu"
      label="Agent"
      className="btn quiet hide-s"
      button={
        <>
          {agent === null ? 'All agents' : <AgentName agent={agent} />}
          <Icon name="down" />
        </>
      }
    >
      {(close) =>
        choices.map((each) => (
          <button
            key={each ?? ''}
            type="button"
            role="menuitemradio"
            aria-checked={each === agent}
            className="menu-item"
            onClick={() => {
              onAgent(each);
              close();
            }}
          >
            {each === null ? 'All agents' : <AgentName agent={each} />}
            <span className="grow" />
            {each === agent && <Icon name="check" />}
          </button>
        ))
      }
    </Popover>
  );
}
