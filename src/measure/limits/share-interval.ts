/** The range in which a share lies with a probability of 95 %, from 0 to 1. */
export interface ShareInterval {
  readonly low: number
  readonly high: number
}

/** The 97.5 % quantile of the standard normal distribution. */
const Z = 1.959964

/**
 * Returns the 95 % interval of a share, given that `count` of `of` independent runs show it. It is the score interval
 * (E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927).
 */
export function shareInterval(count: number, of: number): ShareInterval {
  const share = count / of
  const scale = 1 + (Z * Z) / of
  const centre = (share + (Z * Z) / (2 * of)) / scale
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of))
  return { low: count === 0 ? 0 : centre - half, high: count === of ? 1 : centre + half }
}
