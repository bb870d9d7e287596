/** The ratio of two values on a logarithmic axis up to which they are close enough. */
const CLOSE = 1.08

/** Returns the geometric mean of two values, rounded to two digits; null if the values are close enough. */
export function betweenByRatio(low: number, high: number): number | null {
  if (high / low <= CLOSE) return null
  const exact = Math.sqrt(low) * Math.sqrt(high)
  let step = 1
  while (exact / step >= 100) step *= 10
  const rounded = Math.round(exact / step) * step
  return rounded > low && rounded < high ? rounded : null
}

/** Returns a function for the middle of two values in whole steps of 1/`parts`; null if no step lies between them. */
export function betweenInSteps(parts: number): (low: number, high: number) => number | null {
  return (low, high) => {
    const middle = Math.round(((low + high) / 2) * parts)
    return middle > Math.round(low * parts) && middle < Math.round(high * parts) ? middle / parts : null
  }
}
