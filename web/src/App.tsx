/** Which page an address shows. Pages other than the first two are loaded when they are first needed. */
import { lazy, Suspense, useEffect } from 'react';
import { AgentsPage } from './agents/AgentsPage';
import { DecisionsPage } from './decisions/DecisionsPage';
import { NotFoundPage } from './NotFoundPage';
import { usePath } from './router';
import { Shell } from './shell/Shell';
import { ErrorBoundary } from './ui/ErrorBoundary';
import { Progress } from './ui/Progress';
import { Toasts } from './ui/toast';

const loadTracePage = () => import('./trace/TracePage');
const TracePage = lazy(loadTracePage);

const PerformancePage = lazy(() => import('./performance/PerformancePage'));
const SafetyPage = lazy(() => import('./safety/SafetyPage'));

const IncidentsPage = lazy(() => import('./incidents/IncidentsPage'));
const IncidentPage = lazy(() => import('./incident/IncidentPage'));
const IssuesPage = lazy(() => import('./issues/IssuesPage'));
const IssuePage = lazy(() => import('./issue/IssuePage'));

const LedgersPage = lazy(() => import('./ledger/LedgersPage'));
const LedgerPage = lazy(() => import('./ledger/LedgerPage'));

const ReleasesPage = lazy(() => import('./releases/ReleasesPage'));
const ReleasePage = lazy(() => import('./releases/ReleasePage'));
const RulesPage = lazy(() => import('./rules/RulesPage'));
const MonitorsPage = lazy(() => import('./monitors/MonitorsPage'));
const MonitorPage = lazy(() => import('./monitors/MonitorPage'));

const HubPage = lazy(() => import('./hub/HubPage'));

const TRACE = /^\/traces\/([^/]+)\/?$/;

function pageAt(path: string) {
  if (path === '/' || path === '/decisions') return { name: 'decisions', element: <DecisionsPage /> };
  if (path === '/safety') return { name: 'safety', element: <SafetyPage /> };
  if (path === '/agents') return { name: 'agents', element: <AgentsPage /> };
  if (path === '/performance') return { name: 'performance', element: <PerformancePage /> };
  if (path === '/incidents') return { name: 'incidents', element: <IncidentsPage /> };
  if (path.startsWith('/incidents/')) return { name: 'incidents/one', element: <IncidentPage /> };
  if (path === '/rules') return { name: 'rules', element: <RulesPage /> };
  if (path === '/issues') return { name: 'issues', element: <IssuesPage /> };
  if (path.startsWith('/issues/')) return { name: 'issues/one', element: <IssuePage /> };
  if (path === '/releases' || path === '/releases/compare') return { name: 'releases', element: <ReleasesPage /> };
  if (path.startsWith('/releases/')) return { name: 'releases/one', element: <ReleasePage /> };
  if (path === '/monitors') return { name: 'monitors', element: <MonitorsPage /> };
  if (path.startsWith('/monitors/')) return { name: 'monitors/one', element: <MonitorPage /> };
  if (path === '/ledger') return { name: 'ledger', element: <LedgersPage /> };
  if (path.startsWith('/ledger/')) return { name: 'ledger/one', element: <LedgerPage /> };
  if (path === '/hub') return { name: 'hub', element: <HubPage /> };
  if (TRACE.test(path)) return { name: 'trace', element: <TracePage /> };
  return { name: 'not-found', element: <NotFoundPage /> };
}

export function App() {
  const { name, element } = pageAt(usePath());
  useEffect(() => {
    // The likeliest next page, fetched once the first one is done with the network; if that fails, opening it tells.
    const timer = window.setTimeout(() => void loadTracePage().catch(() => undefined), 1_500);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <Shell page={name} rail={name === 'trace'}>
      <ErrorBoundary key={name}>
        <Suspense fallback={<Progress active />}>{element}</Suspense>
      </ErrorBoundary>
      <Toasts />
    </Shell>
  );
}
