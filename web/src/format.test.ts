import { describe, expect, it } from 'vitest';
import {
  bps,
  confidence,
  count,
  duration,
  percent,
  plural,
  price,
  quantity,
  rate,
  shortId,
  signum,
  usd,
} from './format';

const MINUS = '\u2212';
const thin = (text: string): string => text.replaceAll(' ', '\u2009');

describe('usd', () => {
  it.each([
    ['1204.1', '$1,204.10'],
    ['0', '$0.00'],
    ['0.01', '$0.01'],
    ['12.5', '$12.50'],
    ['999999999999999999.99', '$999,999,999,999,999,999.99'],
    ['-6.1', `${MINUS}$6.10`],
    ['1.5e3', '$1,500.00'],
  ])('shows %s as %s', (text, shown) => expect(usd(text)).toBe(shown));

  it('rounds half to even, without a float in between', () => {
    expect(usd('0.125')).toBe('$0.12');
    expect(usd('0.135')).toBe('$0.14');
    expect(usd('1.005')).toBe('$1.00');
    expect(usd('1.0050000000000000001')).toBe('$1.01');
    expect(usd('9.995')).toBe('$10.00');
  });

  it('shows four digits below one cent', () => {
    expect(usd('0.0042')).toBe('$0.0042');
    expect(usd('-0.00125')).toBe(`${MINUS}$0.0012`);
    expect(usd('4.2e-3')).toBe('$0.0042');
  });

  it('prints the sign of a gain on request, and none on zero', () => {
    expect(usd('412.18', { sign: true })).toBe('+$412.18');
    expect(usd('-412.18', { sign: true })).toBe(`${MINUS}$412.18`);
    expect(usd('0.00', { sign: true })).toBe('$0.00');
    expect(usd('-0.0', { sign: true })).toBe('$0.00');
  });

  it('is empty for an absent value, and leaves what is no number alone', () => {
    expect(usd(null)).toBe('');
    expect(usd('')).toBe('');
    expect(usd('n/k')).toBe('n/k');
  });
});

describe('quantity', () => {
  it.each([
    ['0.0148', '0.0148'],
    ['0.5000', '0.5000'],
    ['1200', '1,200'],
    ['66204.50', '66,204.50'],
    ['-12.0', `${MINUS}12.0`],
    ['123456789012345678901234.000000001', '123,456,789,012,345,678,901,234.000000001'],
  ])('keeps the precision of %s', (text, shown) => expect(quantity(text)).toBe(shown));
});

describe('price', () => {
  it.each([
    ['66204.5', '66,204.50'],
    ['3412.178', '3,412.18'],
    ['1', '1.00'],
    ['0.0123', '0.0123'],
    ['0.5', '0.50'],
    ['0.00000012', '0.00'],
    ['', ''],
  ])('of %s is %s', (text, shown) => expect(price(text)).toBe(shown));
});

describe('signum', () => {
  it.each([
    ['0.000', 0],
    ['-0', 0],
    ['-0.00000001', -1],
    ['3', 1],
    [null, 0],
  ] as const)('of %s is %s', (text, sign) => expect(signum(text)).toBe(sign));
});

describe('duration', () => {
  it.each([
    [820, '820 ns'],
    [820e3, '820 µs'],
    [1.5e3, '1.5 µs'],
    [88e6, '88 ms'],
    [4.2e6, '4.2 ms'],
    [88.4e6, '88.4 ms'],
    [412e6, '412 ms'],
    [999.4e6, '999 ms'],
    [999.6e6, '1.00 s'],
    [2.384e9, '2.38 s'],
    [59.94e9, '59.9 s'],
    [59.96e9, '1m 00s'],
    [252e9, '4m 12s'],
    [11_100e9, '3h 05m'],
    [187_200e9, '2d 4h'],
    [0, '0 ns'],
  ])('of %d ns is %s', (ns, shown) => expect(duration(ns)).toBe(thin(shown)));

  it('is empty when there is none', () => expect(duration(null)).toBe(''));
  it('keeps the sign', () => expect(duration(-88e6)).toBe(thin(`${MINUS}88 ms`)));
});

describe('other numbers', () => {
  it('signs basis points, and does not sign nothing', () => {
    expect(bps(1.44)).toBe('+1.4');
    expect(bps(-0.6)).toBe(`${MINUS}0.6`);
    expect(bps(-0.04)).toBe('0.0');
    expect(bps(null)).toBe('');
  });
  it('gives shares of a whole only where there is one', () => {
    expect(percent(212, 1248)).toBe('17%');
    expect(percent(0, 0)).toBe('');
  });
  it('rounds rates to three figures', () => {
    expect([38, 3.4567, 0.254, 1204.4, 0].map(rate)).toEqual(['38', '3.46', '0.254', '1,204', '0']);
  });
  it('groups counts and agrees with them', () => {
    expect(count(41200)).toBe('41,200');
    expect(plural(1, 'span')).toBe('1 span');
    expect(plural(2, 'span')).toBe('2 spans');
  });
  it('shows confidence with two digits', () => expect(confidence(0.8)).toBe('0.80'));
  it('cuts the middle out of ids that are longer than their ends', () => {
    expect(shortId('4f1c8d0e2b7ca09e')).toBe('4f1c…a09e');
    expect(shortId('esc_91c4')).toBe('esc_91c4');
  });
});
