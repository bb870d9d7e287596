import { over, unverified } from '../../versions/version-steps.ts'
import type { Flag } from '../flag.ts'
import { boolean } from '../flag-kind.ts'

export const serviceAccountExtendTokenExpiration: Flag<boolean> = {
  name: 'service-account-extend-token-expiration',
  kind: boolean,
  meaning: 'Whether tokens of pods are valid for a year, whatever lifetime was requested.',
  default: over([6, false, 'k/k#96273'], [20, true, 'k/k#96273']),
  releases: unverified(over([6, 'absent', 'k/k#89549 (April 2020)'], [19, 'present', 'k/k#89549 (April 2020)']), 6, 19),
  absence: 'it came with 1.19',
}
