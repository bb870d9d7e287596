import { CONFIG } from '../../versions/sources.ts'
import { always } from '../../versions/version-steps.ts'
import { type Flag, refuseNegative } from '../flag.ts'

export const maxMutatingRequestsInflight: Flag<number> = {
  name: 'max-mutating-requests-inflight',
  kind: { type: 'integer', minimum: 0 },
  meaning: 'How many requests that write are served at once; 0: without limit.',
  default: always(200, CONFIG),
  refusals: (requests) => refuseNegative(maxMutatingRequestsInflight, requests),
}
