/** How often in each of the last hours or days: bars on a base line, the present one in full ink. */
import './spark.css';

const HEIGHT = 18;

interface Props {
  counts: readonly number[];
  /** The same in words. */
  words: string;
  barPx: number;
  gapPx: number;
  /** What happened at all is at least so high. */
  leastPx: number;
}

export function Spark({ counts, words, barPx, gapPx, leastPx }: Props) {
  const most = Math.max(1, ...counts);
  const stepPx = barPx + gapPx;
  const width = counts.length * stepPx - gapPx;
  const bars = counts.map((value, index) => {
    if (value === 0) return '';
    const height = Math.max(leastPx, (value / most) * (HEIGHT - 1));
    return `M${index * stepPx} ${HEIGHT - height}h${barPx}V${HEIGHT}h-${barPx}z`;
  });
  return (
    <svg className="spark" viewBox={`0 0 ${width} ${HEIGHT + 1}`} width={width} height={HEIGHT + 1} role="img" aria-label={words}>
      <title>{words}</title>
      <path className="spark-base" d={`M0 ${HEIGHT}h${width}v1H0z`} />
      <path className="spark-bars" d={bars.slice(0, -1).join('')} />
      <path className="spark-now" d={bars.at(-1)} />
    </svg>
  );
}
