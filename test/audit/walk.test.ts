import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyCluster } from './any-cluster.ts'
import { show } from './audit.ts'

test('attackers of generated clusters get in runs exactly what authorizers, verifiers and links allow', () => {
  fc.assert(
    fc.property(anyCluster, (cluster) => {
      expect(show(cluster).unshown).toEqual([])
    }),
    { numRuns: 3 },
  )
})
