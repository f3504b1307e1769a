// Sends one span through the OpenTelemetry JS SDK, OTLP over HTTP with JSON: node otel_js.mjs URL
// Prints its ids as JSON. The packages are those of web/, where npm has installed them.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { BasicTracerProvider, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
const { resourceFromAttributes } = require('@opentelemetry/resources');
const { SpanKind, SpanStatusCode } = require('@opentelemetry/api');

const exporter = new OTLPTraceExporter({ url: `${process.argv[2]}/v1/traces` });
const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'js-service', 'pf.agent_id': 'js-agent' }),
  spanProcessors: [new SimpleSpanProcessor(exporter)],
});
const span = provider.getTracer('js-tracer', '2.0').startSpan('js.work', {
  kind: SpanKind.CLIENT,
  attributes: {
    text: 'buy “é”',
    'text.empty': '',
    int: 7,
    'int.zero': 0,
    'int.negative': -3,
    double: 0.1,
    'bool.false': false,
    'array.text': ['a', 'b'],
    'array.number': [1.5, 2.5],
    'array.empty': [],
  },
});
span.addEvent('halfway', { step: 1 });
span.setStatus({ code: SpanStatusCode.ERROR, message: 'no' });
span.end();
await provider.forceFlush();
await provider.shutdown();
const { traceId, spanId } = span.spanContext();
console.log(JSON.stringify({ traceId, spanId }));
