/** The navigation: only pages that exist, each with the number that would make someone go there. */
import type { MouseEvent } from 'react';
import { count, plural } from '../format';
import { Icon, Logo, type IconName } from '../icons';
import { OutcomeGlyph } from '../outcome';
import { Link } from '../router';
import type { LedgerTroubles, OpenIncidents } from './context';
import { HubFoot } from './HubFoot';
import { ThemeSwitch } from './ThemeSwitch';

interface Entry {
  page: string;
  href: string;
  icon: IconName;
  title: string;
  note?: string;
  flight?: boolean;
  /** The note is about what is critical. */
  critical?: boolean;
}

interface Props {
  page: string;
  agents: number | null;
  inFlight: number;
  incidents: OpenIncidents;
  /** Unresolved issues that are new, or came back. */
  issues: number;
  ledgers: LedgerTroubles;
  rail?: boolean;
}

function entries({ agents, inFlight, incidents, issues, ledgers }: Props): [group: string, entries: Entry[]][] {
  return [
    [
      'Watch',
      [
        { page: 'safety', href: '/safety', icon: 'safe', title: 'Am I safe?' },
        { page: 'agents', href: '/agents', icon: 'fleet', title: 'Fleet', note: agents ? count(agents) : undefined },
        {
          page: 'decisions',
          href: '/decisions',
          icon: 'decisions',
          title: 'Decisions',
          note: inFlight ? `${count(inFlight)} in flight` : undefined,
          flight: true,
        },
        { page: 'performance', href: '/performance', icon: 'performance', title: 'Performance' },
      ],
    ],
    [
      'Respond',
      [
        {
          page: 'incidents',
          href: '/incidents',
          icon: 'incidents',
          title: 'Incidents',
          note: openWords(incidents),
          critical: incidents.critical > 0,
        },
        { page: 'issues', href: '/issues', icon: 'error', title: 'Issues', note: issues ? `${count(issues)} new` : undefined },
        { page: 'monitors', href: '/monitors', icon: 'monitors', title: 'Monitors' },
      ],
    ],
    [
      'Change',
      [
        { page: 'releases', href: '/releases', icon: 'releases', title: 'Releases' },
        { page: 'rules', href: '/rules', icon: 'rules', title: 'Alert rules' },
      ],
    ],
    [
      'Prove',
      [
        {
          page: 'ledger',
          href: '/ledger',
          icon: 'ledger',
          title: 'Ledger',
          note: ledgers.all ? plural(ledgers.all, 'alarm') : undefined,
          critical: ledgers.danger > 0,
        },
      ],
    ],
  ];
}

/** What is critical is said before how many are open. */
function openWords({ open, critical }: OpenIncidents): string | undefined {
  if (critical > 0) return `${count(critical)} critical`;
  return open > 0 ? `${count(open)} open` : undefined;
}

export function Nav(props: Props) {
  const { page, rail = false } = props;
  return (
    <>
      <Link className="brand" href="/decisions" aria-label="Fleaglass, home">
        <Logo />
        {!rail && 'Fleaglass'}
      </Link>
      {entries(props).map(([group, items]) => (
        <section key={group} aria-label={group}>
          {rail ? <hr /> : <h6>{group}</h6>}
          {items.map((item) => (
            <NavLink key={item.page} item={item} page={page} rail={rail} />
          ))}
        </section>
      ))}
      <div className="grow" />
      <ThemeSwitch compact={rail} />
      <HubFoot compact={rail} />
    </>
  );
}

/** In words while they fit; from ten on, the glyph says the same. */
function Note({ item: { note = '', flight, critical } }: { item: Entry }) {
  if (!flight) return <i className={critical ? 'critical' : undefined}>{note}</i>;
  const number = note.split(' ')[0];
  return (
    <i className="flight">
      {number.length < 2 ? (
        note
      ) : (
        <>
          <OutcomeGlyph outcome="flight" />
          {number}
          <span className="sr"> in flight</span>
        </>
      )}
    </i>
  );
}

/** A page below an entry, such as one issue, stands under it. */
function NavLink({ item, page, rail }: { item: Entry; page: string; rail: boolean }) {
  const current = item.page === page;
  const within = page.startsWith(`${item.page}/`);
  const label = item.note ? `${item.title}, ${item.note}` : item.title;
  // A click on the page one is on keeps its filters.
  const stay = (event: MouseEvent): void => {
    if (current) event.preventDefault();
  };
  return (
    <Link
      href={item.href}
      className={rail ? 'tipped' : undefined}
      data-tip={rail ? label : undefined}
      aria-label={rail ? label : undefined}
      aria-current={current ? 'page' : within ? 'true' : undefined}
      onClick={stay}
    >
      <Icon name={item.icon} />
      {!rail && item.title}
      {!rail && item.note && <Note item={item} />}
    </Link>
  );
}
