import { parseAddress } from '../../../network/address-book.ts'
import { always } from '../../versions/version-steps.ts'
import { cisCheck } from '../cis-benchmark.ts'
import { type Flag, goQuoted, refuseUnless } from '../flag.ts'
import { text } from '../flag-kind.ts'
import { INSECURE_RELEASES, INSECURE_SERVING } from './insecure-port.ts'

export const insecureBindAddress: Flag<string> = {
  name: 'insecure-bind-address',
  kind: text,
  meaning: 'Address at which the insecure port listens; 0.0.0.0: all addresses. Without effect from 1.20.',
  cis: [
    cisCheck({ 15: '1.2.18', 19: '1.2.17', 22: null }, { items: [{ flag: '--insecure-bind-address', isUnset: true }] }),
  ],
  default: always('127.0.0.1', INSECURE_SERVING),
  releases: INSECURE_RELEASES,
  absence: 'it was removed in 1.24, the insecure port in 1.20',
  /** The message is that of pflag. */
  refusals: (address) =>
    refuseUnless(!Number.isNaN(parseAddress(address)), {
      code: 'wrong-type',
      message: `invalid argument ${goQuoted(address)} for "--insecure-bind-address" flag: failed to parse IP: ${goQuoted(address)}`,
    }),
}
