import { KUBELET_TYPES } from '../../versions/sources.ts'
import { always, over } from '../../versions/version-steps.ts'
import { cisCheck } from '../cis-benchmark.ts'
import type { Flag } from '../flag.ts'
import { boolean } from '../flag-kind.ts'

export const rotateCertificates: Flag<boolean> = {
  name: 'rotateCertificates',
  kind: boolean,
  meaning: 'Whether the kubelet requests a new client certificate before the old one expires.',
  cis: [
    cisCheck(
      { 15: '4.2.11', 25: '4.2.10' },
      {
        isOneEnough: true,
        items: [
          { flag: '--rotate-certificates', field: 'rotateCertificates', compare: { op: 'eq', value: 'true' } },
          { flag: '--rotate-certificates', field: 'rotateCertificates', isUnset: true },
        ],
      },
      { manual: { 16: true, 19: false } },
    ),
  ],
  default: always(false, KUBELET_TYPES),
  also: {
    name: 'rotate-certificates',
    releases: over([6, 'absent', 'k/k#51045'], [8, 'present', 'k/k#51045']),
    absence: 'it came with 1.8',
  },
}
