import type { LimitsResult } from '../../measure/limits/limits-result.ts'
import { limitsChart } from './charts/limits-chart.ts'
import { svgFile } from './svg-file.ts'

/** Returns a plot of limits as SVG. It loads the code that draws, so it is imported only where a plot is written. */
export function limitsPlot(result: LimitsResult): string {
  return svgFile(limitsChart('limits', result))
}
