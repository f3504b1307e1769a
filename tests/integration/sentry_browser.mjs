// What a page of an agent's owner would do with Sentry's SDK for browsers; bundled by sentry_browser_bundle.mjs.
import * as Sentry from '@sentry/browser';

window.run = async (dsn) => {
  Sentry.init({
    dsn,
    release: 'browser-agent@1.4.0',
    environment: 'testing',
    tracesSampleRate: 1,
    enableLogs: true,
    integrations: [Sentry.browserTracingIntegration()],
  });
  Sentry.setTag('agent_id', 'browser-agent');
  Sentry.setUser({ id: 'browser-agent' });
  let eventId, traceId;
  Sentry.startSpan({ op: 'order.pipeline', name: 'Order Pipeline: SOL buy', forceTransaction: true }, (root) => {
    traceId = root.spanContext().traceId;
    Sentry.addBreadcrumb({ category: 'signal', message: 'Signal: BUY SOL' });
    try {
      throw new RangeError('order ord_88bb02 rejected: margin');
    } catch (error) {
      eventId = Sentry.captureException(error);
    }
  });
  Sentry.logger.info('wallet holds 12.5 USD', { usd: 12.5 });
  await Sentry.flush(10_000);
  return { eventId, traceId };
};
