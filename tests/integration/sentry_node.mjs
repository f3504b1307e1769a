// Sends one of everything through Sentry's SDK for Node: node sentry_node.mjs DSN. Prints the ids as JSON.
// The packages are those of web/, where npm has installed them.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const Sentry = require('@sentry/node');

Sentry.init({
  dsn: process.argv[2],
  release: 'node-agent@1.4.0',
  environment: 'testing',
  tracesSampleRate: 1,
  enableLogs: true,
});
Sentry.setTag('agent_id', 'node-agent');
Sentry.setUser({ id: 'node-agent' });

function placeOrder(size) {
  if (size > 1) throw new RangeError(`order ord_77aa01 rejected: ${size} is more than the limit`);
}

let eventId, traceId;
Sentry.startSession();
Sentry.startSpan({ op: 'order.pipeline', name: 'Order Pipeline: ETH sell' }, (root) => {
  traceId = root.spanContext().traceId;
  Sentry.startSpan({ op: 'risk.check', name: 'Portfolio risk check', attributes: { 'pf.risk.passed': true } }, () => {});
  Sentry.addBreadcrumb({ category: 'signal', message: 'Signal: SELL ETH', data: { z_score: -2.4 } });
  try {
    placeOrder(3);
  } catch (error) {
    eventId = Sentry.captureException(error);
  }
});
Sentry.withMonitor('node-nightly', () => undefined, { schedule: { type: 'crontab', value: '0 0 * * *' } });
Sentry.logger.info('wallet holds 12.5 USD', { usd: 12.5 });
Sentry.endSession();
await Sentry.flush(10_000);
console.log(JSON.stringify({ eventId, traceId }));
