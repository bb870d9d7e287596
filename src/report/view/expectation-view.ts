import type { Tolerance } from '../../measure/judge-acceptance.ts'
import type { Result } from '../../measure/result.ts'

/** A line of `expect:`, and whether it was met. */
export interface ExpectationView {
  readonly text: string
  readonly status: 'met' | 'not met' | 'accepted'
  readonly measured: string
  /** The reason why an unmet expectation is accepted; empty for none. */
  readonly note: string
}

/** Returns the expectations, unmet ones first. `tolerances` belong to the unmet ones, in the same order. */
export function viewExpectations({ expectations }: Result, tolerances: readonly Tolerance[]): ExpectationView[] {
  const open = [...tolerances]
  const views = expectations.map(({ expect, met, measured }): ExpectationView => {
    if (met) return { text: expect, status: 'met', measured, note: '' }
    const tolerance = open.shift()
    const isAccepted = tolerance?.isAccepted === true
    const note = isAccepted ? tolerance.accepted.map(({ reason }) => reason).join('; ') : ''
    return { text: expect, status: isAccepted ? 'accepted' : 'not met', measured, note }
  })
  return [...views.filter(({ status }) => status !== 'met'), ...views.filter(({ status }) => status === 'met')]
}
