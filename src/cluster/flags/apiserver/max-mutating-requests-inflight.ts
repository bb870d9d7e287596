import { CONFIG } from '../../versions/sources.ts'
import { always } from '../../versions/version-steps.ts'
import { type Flag, refuseNegative } from '../flag.ts'
import { integer } from '../flag-kind.ts'

export const maxMutatingRequestsInflight: Flag<number> = {
  name: 'max-mutating-requests-inflight',
  kind: integer({ minimum: 0 }),
  meaning: 'The most requests that write and are served at once; 0: no limit.',
  default: always(200, CONFIG),
  refusals: (requests) => refuseNegative(maxMutatingRequestsInflight, requests),
}
