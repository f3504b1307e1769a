/** How often in each hour (or day): bars on a base line, the present one in full ink. */
import { courseWords } from './words';
import './spark.css';

const STEP = 4;
const HEIGHT = 18;

/** The tops of the bars: what happened at all is at least one and a half pixels high. */
const barHeight = (value: number, most: number): number =>
  value === 0 ? 0 : Math.max(1.5, (value / most) * (HEIGHT - 1));

export function Spark({ counts }: { counts: readonly number[] }) {
  const most = Math.max(1, ...counts);
  const words = courseWords(counts, '24 h', 'hour');
  const width = counts.length * STEP - 1;
  const bars = counts.map((value, index) => {
    const height = barHeight(value, most);
    return height === 0 ? '' : `M${index * STEP} ${HEIGHT - height}h3V${HEIGHT}h-3z`;
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
