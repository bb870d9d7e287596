import { SECURE_SERVING } from '../../versions/sources.ts'
import { over } from '../../versions/version-steps.ts'
import { type Flag, refuseUnless } from '../flag.ts'
import { integer } from '../flag-kind.ts'

export const http2MaxStreamsPerConnection: Flag<number> = {
  name: 'http2-max-streams-per-connection',
  kind: integer({ minimum: 0 }),
  meaning: 'The most requests that a client may have open on one HTTP/2 connection; 0: the default.',
  default: over(
    [6, 250, `x/net http2/server.go; AS 1.12.0 to 1.28.0 ${SECURE_SERVING}`],
    [29, 100, `AS 1.29.0 ${SECURE_SERVING} (445b713, k/k#121120; also in 1.28.3, 1.27.7, 1.26.10, 1.25.15)`],
  ),
  // Only a positive number overrides the default (secure_serving.go).
  unset: 0,
  releases: over(
    [6, 'absent', 'AS release-1.6, 1.8.0'],
    [9, 'present', 'AS release-1.9, 1.10.0 pkg/server/options/serving.go'],
  ),
  absence: 'it came with 1.9; before, it is 250',
  refusals: (streams) =>
    refuseUnless(streams >= 0, {
      code: 'out-of-range',
      message: 'it cannot be negative',
      hint: '0 stands for the default',
    }),
}
