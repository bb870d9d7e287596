import type { LineSeriesOption } from 'echarts'
import type { AttackWindow } from '../../view/performance-view.ts'
import { CHART_COLORS } from './chart.ts'

/**
 * Returns series that shade the times at which attackers act. Times as long as the run are lighter, so that the others
 * stand out.
 */
export function attackAreas(windows: readonly AttackWindow[], endNs: number): LineSeriesOption[] {
  const [throughout, others] = [true, false].map((is) => windows.filter(({ isThroughout }) => isThroughout === is))
  return [shade(throughout, 0.06, endNs), shade(others, 0.13, endNs)]
}

function shade(windows: readonly AttackWindow[], opacity: number, endNs: number): LineSeriesOption {
  return {
    type: 'line',
    silent: true,
    showSymbol: false,
    data: [],
    markArea: {
      silent: true,
      itemStyle: { color: CHART_COLORS.attack, opacity },
      data: joined(windows).map(({ fromNs, toNs }) => [{ xAxis: fromNs }, { xAxis: Math.min(toNs, endNs) }]),
    },
  }
}

type Span = Pick<AttackWindow, 'fromNs' | 'toNs'>

/** Returns the times at which at least one attacker acts, without overlaps. */
function joined(windows: readonly AttackWindow[]): Span[] {
  const spans: { fromNs: number; toNs: number }[] = []
  for (const { fromNs, toNs } of windows) {
    const last = spans.at(-1)
    if (last === undefined || fromNs > last.toNs) spans.push({ fromNs, toNs })
    else last.toNs = Math.max(last.toNs, toNs)
  }
  return spans
}
