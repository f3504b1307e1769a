/** What else is behind the incident: what the spans say went wrong, and the orders, escrows and assets it is about. */
import type { ReactNode } from 'react';
import { Link } from '../router';
import { filterAddress } from '../trace/filterAddress';
import type { IncidentDetail } from './shapes';

export function Behind({ detail: { evidence, incident } }: { detail: IncidentDetail }) {
  const { errors, orders, escrows, assets } = evidence;
  if (errors.length + orders.length + escrows.length + assets.length === 0) return null;
  const links = (name: string, values: readonly string[]): ReactNode =>
    values.map((value) => (
      <Link key={value} className="mono" href={filterAddress(name, value, incident.fired_ns)} title="Decisions with this value">
        {value}
      </Link>
    ));
  return (
    <section aria-label="What it is about">
      <h3>What it is about</h3>
      <dl className="inc-about">
        <Row title="Error">
          {errors.map((error) => (
            <span key={error}>{error}</span>
          ))}
        </Row>
        <Row title="Order">{links('pf.order_id', orders)}</Row>
        <Row title="Escrow">{links('pf.escrow_id', escrows)}</Row>
        <Row title="Asset">{assets.join(', ')}</Row>
      </dl>
    </section>
  );
}

/** Left out when it has nothing to say. */
function Row({ title, children }: { title: string; children: ReactNode }) {
  if (children === '' || (Array.isArray(children) && children.length === 0)) return null;
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}
