import { cisCheck } from '../cis-benchmark.ts'
import type { Flag } from '../flag.ts'
import { authorities } from '../flag-kind.ts'

export const clientCa: Flag<string | null> = {
  name: 'authentication.x509.clientCAFile',
  kind: authorities(),
  meaning: 'The CA of client certificates; without one they are ignored.',
  cis: [
    cisCheck(
      { 15: '4.2.3' },
      { items: [{ flag: '--client-ca-file', field: 'authentication.x509.clientCAFile' }] },
      { managed: '3.2.3' },
    ),
  ],
  default: { provided: 'clientCa' },
  also: { name: 'client-ca-file' },
}
