/** What is written beside the bar of a span that failed: short, and the venue's own word where it gave one. */
import type { Span, Value } from '../api/types';

/** Reason phrases of RFC 9110, section 15, and RFC 6585 for 429. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['400', 'Bad Request'],
  ['401', 'Unauthorized'],
  ['402', 'Payment Required'],
  ['403', 'Forbidden'],
  ['404', 'Not Found'],
  ['409', 'Conflict'],
  ['422', 'Unprocessable Content'],
  ['429', 'Too Many Requests'],
  ['500', 'Internal Server Error'],
  ['502', 'Bad Gateway'],
  ['503', 'Service Unavailable'],
  ['504', 'Gateway Timeout'],
]);

export function errorMessage(span: Span): string {
  if (span.status !== 'error') return '';
  const of = (key: string) => plain(span.attributes.find((attribute) => attribute.key === key)?.value);
  const status = of('http.response.status_code') || of('pf.http_status');
  const type = of('error.type');
  const word = of('pf.error.code') || REASONS.get(status) || (type === status ? '' : type) || span.status_message;
  return [Number(status) >= 400 ? status : '', word].filter(Boolean).join(' ') || 'error';
}

const plain = (value: Value | undefined): string =>
  value?.type === 'string' || value?.type === 'int' ? value.value : '';
