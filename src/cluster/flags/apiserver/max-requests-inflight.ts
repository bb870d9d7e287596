import { CONFIG } from '../../versions/sources.ts'
import { always } from '../../versions/version-steps.ts'
import { type Flag, refuseNegative } from '../flag.ts'
import { integer } from '../flag-kind.ts'

export const maxRequestsInflight: Flag<number> = {
  name: 'max-requests-inflight',
  kind: integer({ minimum: 0 }),
  meaning: 'The most requests that only read and are served at once; 0: no limit.',
  default: always(400, CONFIG),
  refusals: (requests) => refuseNegative(maxRequestsInflight, requests),
}
