/**
 * The frame of every page: navigation at the left (an icon rail where the page needs the room, a sheet behind a menu
 * button on small screens), and what all pages share: the agents' lanes, the keyboard sheet, jumps.
 */
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { fetchAgents } from '../api/client';
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { assignLanes, LanesContext, noLanes } from '../lanes';
import { useKeys } from '../keyboard';
import { navigate } from '../router';
import { Nav } from './Nav';
import { AgentsContext, IncidentsContext, LedgersContext, MenuContext } from './context';
import { MenuSheet } from './MenuSheet';
import { useIncidentWatch } from './useIncidentWatch';
import { useInFlight } from './useInFlight';
import { useLedgerTroubles } from './useLedgerTroubles';
import { useOpenIssues } from './useOpenIssues';
import './shell.css';

const AGENTS_EVERY_MS = 5_000;
const JUMPS: Record<string, string> = {
  a: '/safety',
  f: '/agents',
  d: '/decisions',
  p: '/performance',
  n: '/incidents',
  i: '/issues',
  l: '/ledger',
  m: '/monitors',
  r: '/releases',
  u: '/rules',
};

export function Shell({ page, rail = false, children }: { page: string; rail?: boolean; children: ReactNode }) {
  const [menuOpen, setMenuOpen] = useState(false);
  const openMenu = useCallback(() => setMenuOpen(true), []);
  const agents = useQuery('agents', fetchAgents);
  const { data, error, loadedAt, loading, refresh } = agents;
  useCommits(refresh, AGENTS_EVERY_MS);
  const inFlight = useInFlight();
  const incidents = useIncidentWatch();
  const issues = useOpenIssues();
  const ledgers = useLedgerTroubles();
  useJumps();

  // Only who there is decides the lanes, not their numbers: same agents, same function, no redraw of every row.
  const failed = error !== null;
  const known = data?.map((each) => `${each.first_seen_ns} ${each.agent}`).join('\n') ?? null;
  const laneOf = useMemo(() => {
    if (known === null) return failed ? assignLanes([]) : noLanes;
    const seen = known === '' ? [] : known.split('\n').map((line) => line.split(/ (.*)/s));
    return assignLanes(seen.map(([first_seen_ns, agent]) => ({ first_seen_ns, agent })));
  }, [known, failed]);
  const agentsValue = useMemo(
    () => ({ agents: data, error, loadedAt, loading, refresh }),
    [data, error, loadedAt, loading, refresh],
  );
  const nav = { page, agents: data?.length ?? null, inFlight, incidents, issues, ledgers };
  const main = useRef<HTMLElement>(null);

  return (
    <LanesContext value={laneOf}>
      <AgentsContext value={agentsValue}>
        <IncidentsContext value={incidents}>
          <LedgersContext value={ledgers}>
            <MenuContext value={openMenu}>
              <div className={rail ? 'app rail' : 'app'}>
                <a
                  className="skip"
                  href="#main"
                  onClick={(event) => {
                    event.preventDefault();
                    main.current?.focus();
                  }}
                >
                  Skip to content
                </a>
                <nav className="nav" aria-label="Primary">
                  <Nav {...nav} rail={rail} />
                </nav>
                <main className="main" id="main" ref={main} tabIndex={-1}>
                  {children}
                </main>
              </div>
              <MenuSheet open={menuOpen} onClose={() => setMenuOpen(false)}>
                <Nav {...nav} />
              </MenuSheet>
            </MenuContext>
          </LedgersContext>
        </IncidentsContext>
      </AgentsContext>
    </LanesContext>
  );
}

/** `g` then a letter goes to a page. */
function useJumps(): void {
  const armedUntil = useRef(0);
  useKeys({
    g: () => {
      armedUntil.current = performance.now() + 1_000;
    },
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const to = JUMPS[event.key];
      if (!to || performance.now() > armedUntil.current) return;
      armedUntil.current = 0;
      event.preventDefault();
      event.stopImmediatePropagation();
      navigate(to);
    };
    // Before every other shortcut: `g f` must not open the filter menu.
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, []);
}
